"""The rules of public money: standards, the account, indicators, the operator's contract."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from stations.errors import NotEnoughMoney, NotPayable
from stations.models import ProjectStatus, StationKind
from stations.models.fund import EntryKind, SpendingCategory
from stations.models.operator_contract import JobGroup, OperatorInstalmentStatus
from stations.models.subsidy import InstalmentStatus, Milestone, SubsidyStatus
from stations.rules import fund as account
from stations.rules import operator_contract as operator
from stations.rules import public_money as figures
from stations.rules import subsidy as rules
from stations.service.money import share_rules, standard_for, standards
from stations.service.money.rulebook import marks, operator_template

DAY = date(2026, 11, 1)
TOWNSHIP, VILLAGE = StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT
pytestmark = pytest.mark.one_engine


@dataclass(frozen=True)
class Entry:
    kind: EntryKind
    amount_fen: int
    day: date = DAY
    category: SpendingCategory | None = None
    reverses_id: uuid.UUID | None = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)


def entry(kind: EntryKind, fen: int, day: int = 0, **more: object) -> Entry:
    signed = fen if kind is EntryKind.REVERSAL else account.signed(kind, fen)
    return replace(Entry(kind, signed, DAY + timedelta(days=day)), **more)  # type: ignore[arg-type]


@contextmanager
def refusing(at: str | None) -> Iterator[None]:
    """The block is refused at a field ("" for none in particular); None: it passes."""
    if at is None:
        yield
        return
    with pytest.raises((InvalidInput, NotPayable)) as caught:
        yield
    assert (caught.value.field or "") == at


@dataclass(frozen=True)
class Project:
    status: ProjectStatus = ProjectStatus.ACCEPTED
    approved_on: date | None = date(2026, 3, 1)
    started_on: date | None = date(2026, 4, 1)
    completed_on: date | None = date(2026, 8, 1)
    accepted_on: date | None = date(2026, 9, 1)


@dataclass(frozen=True)
class Part:
    milestone: Milestone = Milestone.ACCEPTED
    before_acceptance: bool = False
    status: InstalmentStatus = InstalmentStatus.APPROVED
    approved_on: date | None = date(2026, 9, 5)
    amount_fen: int = 6_000_000


# -- standards -------------------------------------------------------------------------------------


def townships(count: int, key: int) -> list[rules.Funded]:
    return [rules.Funded(TOWNSHIP, f"5002421{n:02d}000", n < key) for n in range(count)]


@pytest.mark.parametrize("key", range(21))
def test_twenty_stations_with_k_key_townships(key: int) -> None:
    yuan = rules.total_for(standards(), townships(20, key), DAY) // 100
    assert yuan == 1_200_000 + 40_000 * key


@pytest.mark.parametrize("key, yuan", [(0, 2_340_000), (39, 3_900_000)])
def test_all_thirty_nine_stations(key: int, yuan: int) -> None:
    assert rules.total_for(standards(), townships(39, key), DAY) == yuan * 100


def test_two_points_in_one_village_count_once() -> None:
    one = rules.Funded(VILLAGE, "500242101201", False)
    other = rules.Funded(VILLAGE, "500242101202", False)
    single = rules.total_for(standards(), [one], DAY)
    assert rules.total_for(standards(), [one, one], DAY) == single
    assert rules.total_for(standards(), [one, other], DAY) == 2 * single


def test_a_village_point_and_a_township_station_in_one_place_are_two() -> None:
    both = [rules.Funded(VILLAGE, "500242101000", False), rules.Funded(TOWNSHIP, "500242101000", False)]
    assert rules.total_for(standards(), both, DAY) == 6_000_000 + rules.total_for(standards(), both[:1], DAY)


def test_a_station_without_a_standard_is_told() -> None:
    with pytest.raises(ValueError):
        rules.total_for(standards(), [rules.Funded(StationKind.LIAISON_POINT, "500242101000", False)], DAY)


@pytest.mark.parametrize(
    "kind, key, day, fen",
    [
        (TOWNSHIP, True, date(2026, 1, 1), 10_000_000),
        (TOWNSHIP, False, date(2026, 1, 1), 6_000_000),
        (TOWNSHIP, False, date(2024, 12, 31), None),
        (StationKind.COUNTY_CENTER, False, date(2026, 1, 1), None),
    ],
)
def test_the_standard_of_a_kind_class_and_day(kind: StationKind, key: bool, day: date, fen: int | None) -> None:
    standard = standard_for(kind, key, day)
    assert (standard.amount_fen if standard else None) == fen


def test_a_new_standard_takes_over_on_its_day() -> None:
    old = standard_for(TOWNSHIP, False, DAY)
    assert old is not None
    both = [
        replace(old, valid_to=date(2027, 1, 1)),
        replace(old, key="2027", amount_fen=7_000_000, valid_from=date(2027, 1, 1)),
    ]
    found = [rules.standard_for(both, TOWNSHIP, False, day) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [s.amount_fen for s in found if s] == [6_000_000, 7_000_000]


@pytest.mark.parametrize(
    "parts",
    [
        (rules.Part(Milestone.ACCEPTED, 90),),
        (rules.Part(Milestone.STARTED, 100),),
        (rules.Part(Milestone.ACCEPTED, 100, before_acceptance=True),),
        (rules.Part(Milestone.STARTED, 0, True), rules.Part(Milestone.ACCEPTED, 100)),
    ],
)
def test_a_broken_standard_is_refused(parts: tuple[rules.Part, ...]) -> None:
    with pytest.raises(ValueError):
        rules.check_standard(replace(standards()[0], parts=parts))


@given(st.integers(1, 10**12), st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_instalments_sum_to_the_whole(fen: int, shares: list[int]) -> None:
    parts = rules.split(fen, shares)
    assert sum(parts) == fen
    whole = sum(shares)
    assert all(abs(part * whole - fen * share) < whole for part, share in zip(parts, shares, strict=True))


# -- granting and paying ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fen, standard, project, ok",
    [
        (6_000_000, 6_000_000, 6_000_000, True),
        (1, 6_000_000, 1, True),
        (6_000_001, 6_000_000, 9_000_000, False),
        (5_000_001, 6_000_000, 5_000_000, False),
        (0, 6_000_000, 6_000_000, False),
        (1, 6_000_000, None, False),
    ],
)
def test_a_grant_stays_within_standard_and_project(fen: int, standard: int, project: int | None, ok: bool) -> None:
    with refusing(None if ok else "approved"):
        rules.check_grant(fen, standard, project)


@pytest.mark.parametrize("status", [ProjectStatus.APPLIED, ProjectStatus.SCORED, ProjectStatus.WITHDRAWN])
def test_only_an_approved_project_is_granted_anything(status: ProjectStatus) -> None:
    with pytest.raises(NotPayable):
        rules.check_grantable(status)


STARTED = {"milestone": Milestone.STARTED, "before_acceptance": True}


@pytest.mark.parametrize(
    "part, project, first",
    [
        (Part(), Project(), date(2026, 9, 1)),
        (Part(), Project(ProjectStatus.COMPLETED, accepted_on=None), None),
        (Part(), Project(ProjectStatus.BUILDING), None),  # accepted once, sent back: not accepted now
        (Part(**STARTED), Project(ProjectStatus.BUILDING, accepted_on=None), date(2026, 4, 1)),
        (Part(**STARTED), Project(ProjectStatus.APPROVED, started_on=None), None),
        (Part(**STARTED), Project(ProjectStatus.WITHDRAWN), None),
        (Part(Milestone.STARTED, False), Project(), date(2026, 9, 1)),  # the standard doesn't say "before acceptance"
        (Part(Milestone.STARTED, False), Project(ProjectStatus.BUILDING, accepted_on=None), None),
        (Part(Milestone.COMPLETED, True), Project(ProjectStatus.COMPLETED, accepted_on=None), date(2026, 8, 1)),
        (Part(Milestone.APPROVED, True), Project(ProjectStatus.APPROVED), date(2026, 3, 1)),
    ],
)
def test_from_when_an_instalment_may_be_paid(part: Part, project: Project, first: date | None) -> None:
    assert rules.payable_from(part, project) == first


@pytest.mark.parametrize(
    "change, paid_on, paid_fen, at",
    [
        ({}, date(2026, 9, 5), 0, None),
        ({}, date(2026, 9, 4), 0, "paid_on"),  # before the hub agreed
        ({"approved_on": date(2026, 8, 1)}, date(2026, 8, 31), 0, "paid_on"),  # before acceptance
        ({"status": InstalmentStatus.REQUESTED}, date(2026, 9, 5), 0, ""),
        ({}, date(2026, 9, 5), 1, ""),  # above what was granted
    ],
)
def test_what_stands_against_a_payment(change: dict[str, object], paid_on: date, paid_fen: int, at: str | None) -> None:
    part = replace(Part(), **change)  # type: ignore[arg-type]
    with refusing(at):
        rules.check_payable(part, Project(), paid_on, paid_fen, 6_000_000)


def test_what_is_missing_is_named_until_nothing_is() -> None:
    part = Part(status=InstalmentStatus.PLANNED)
    assert len(rules.missing(part, Project(ProjectStatus.BUILDING, accepted_on=None), 5_999_999)) == 4
    assert len(rules.missing(part, Project(), 6_000_000)) == 2
    assert rules.missing(Part(), Project(), 6_000_000) == []


@pytest.mark.parametrize("fen, paid, back, ok", [(100, 100, 0, True), (1, 100, 100, False), (101, 100, 0, False)])
def test_no_more_comes_back_than_was_paid(fen: int, paid: int, back: int, ok: bool) -> None:
    with refusing(None if ok else "amount"):
        rules.check_claw_back(fen, paid, back)


@pytest.mark.parametrize(
    "paid, back, status",
    [
        (0, 0, SubsidyStatus.GRANTED),
        (30, 0, SubsidyStatus.PARTLY_PAID),
        (100, 0, SubsidyStatus.PAID),
        (100, 40, SubsidyStatus.PAID),
        (100, 100, SubsidyStatus.RECOVERED),
        (30, 30, SubsidyStatus.RECOVERED),
    ],
)
def test_where_a_subsidy_stands_by_its_money(paid: int, back: int, status: SubsidyStatus) -> None:
    assert rules.status_after(100, paid, back) is status


# -- the account -----------------------------------------------------------------------------------

IN, OUT, BACK, RETURNED = EntryKind.ARRIVED, EntryKind.PAID, EntryKind.CLAWED_BACK, EntryKind.RETURNED


@pytest.mark.parametrize(
    "entries, day, left",
    [
        ([], 0, 0),
        ([entry(IN, 100)], 0, 100),
        ([entry(IN, 100)], -1, 0),  # it had not come yet
        ([entry(IN, 100), entry(OUT, 60, 5)], 0, 40),  # what is spent later is not free today
        ([entry(IN, 100), entry(OUT, 60, 5), entry(IN, 100, 9)], 0, 40),
        ([entry(IN, 100), entry(OUT, 60, 5), entry(BACK, 10, 9)], 9, 50),
        ([entry(OUT, 60, 5), entry(IN, 60, 5)], 5, 0),  # the order within a day doesn't matter
    ],
)
def test_what_can_be_paid_on_a_day(entries: list[Entry], day: int, left: int) -> None:
    on = DAY + timedelta(days=day)
    assert account.lowest_from(entries, on) == left
    if left:
        account.check_covered(entries, on, left)
    with pytest.raises(NotEnoughMoney):
        account.check_covered(entries, on, left + 1)


def test_a_payment_booked_wrongly_frees_its_money_on_all_days() -> None:
    wrong = entry(OUT, 100, 5)
    entries = [entry(IN, 100), wrong, entry(EntryKind.REVERSAL, 100, 10, reverses_id=wrong.id)]
    assert account.lowest_from(entries, DAY + timedelta(days=5)) == 100
    assert account.problems_of(entries) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from([IN, OUT, BACK, RETURNED, EntryKind.REVERSAL]),
            st.integers(1, 1000),
            st.integers(0, 20),
            st.integers(0, 100),
        ),
        max_size=40,
    )
)
def test_the_balance_is_never_negative_on_any_day(steps: list[tuple[EntryKind, int, int, int]]) -> None:
    """Whatever is tried, what passes the rules keeps the account sound."""
    entries: list[Entry] = []
    for kind, fen, day, pick in steps:
        try:
            entries.append(_tried(entries, kind, fen, day, pick))
        except (NotEnoughMoney, InvalidInput, LookupError):
            continue
        assert account.balance_fen(entries) >= 0
        assert account.problems_of(entries) == []
    months = account.by_month(entries)
    assert (months[-1][3] if months else 0) == account.balance_fen(entries)


def _tried(entries: list[Entry], kind: EntryKind, fen: int, day: int, pick: int) -> Entry:
    if kind is not EntryKind.REVERSAL:
        made = entry(kind, fen, day)
        if kind in account.OUTGOING:
            account.check_covered(entries, made.day, fen)
        return made
    if not entries:
        raise LookupError
    target = entries[pick % len(entries)]
    account.check_may_reverse(target, any(e.reverses_id == target.id for e in entries))
    if account.lowest_from(e for e in account.effective(entries) if e.id != target.id) < 0:
        raise NotEnoughMoney("")
    return entry(EntryKind.REVERSAL, -target.amount_fen, 25, reverses_id=target.id)


@pytest.mark.parametrize(
    "broken",
    [
        [entry(IN, 100), entry(OUT, 101, 1)],
        [replace(entry(IN, 100), amount_fen=-100)],
        [entry(EntryKind.REVERSAL, 100)],
        [entry(IN, 100), entry(EntryKind.REVERSAL, -100, reverses_id=uuid.uuid4())],
    ],
)
def test_a_broken_account_is_found_out(broken: list[Entry]) -> None:
    assert account.problems_of(broken)


def test_a_reversal_of_another_sum_and_a_second_one_are_found_out() -> None:
    first = entry(IN, 100)
    back = entry(EntryKind.REVERSAL, -90, 1, reverses_id=first.id)
    assert len(account.problems_of([first, back])) == 1
    assert len(account.problems_of([first, back, replace(back, id=uuid.uuid4())])) == 3


# -- indicators ------------------------------------------------------------------------------------

UP, CENTRE, STATIONS = SpendingCategory.UPSTREAM, SpendingCategory.CENTRE, SpendingCategory.STATIONS


def facts(*entries: Entry, planned: int = 1000) -> figures.FundFacts:
    return figures.FundFacts(planned, DAY + timedelta(days=10), entries)


@pytest.mark.parametrize(
    "arrived, on, good", [(1000, 30, True), (999, 30, False), (999, 10, None), (0, 11, False), (1000, 0, True)]
)
def test_b1_arrival_rate(arrived: int, on: int, good: bool | None) -> None:
    entries = [entry(IN, arrived)] if arrived else []
    found = figures.arrival_rate(facts(*entries), marks(), DAY + timedelta(days=on))
    assert (found.numerator, found.denominator, found.good) == (arrived, 1000, good)
    assert found.records == tuple(e.id for e in entries)


def test_b2_counts_what_came_in_time() -> None:
    late = entry(IN, 400, 11)
    found = figures.timeliness(facts(entry(IN, 600, 10), late), marks(), DAY + timedelta(days=20))
    assert (found.numerator, found.good, late.id in found.records) == (600, False, False)


@pytest.mark.parametrize("paid, good", [(900, True), (899, False), (1000, True)])
def test_b3_is_reached_at_ninety_percent_exactly(paid: int, good: bool) -> None:
    found = figures.disbursement_rate(facts(entry(IN, 1000), entry(OUT, paid, 1)), marks(), DAY)
    assert (found.numerator, found.denominator, found.good) == (paid, 1000, good)


def test_b3_takes_claw_backs_and_reversed_payments_off() -> None:
    wrong = entry(OUT, 50, 1)
    entries = [entry(IN, 1000), entry(OUT, 900, 1), entry(BACK, 100, 2), wrong]
    entries.append(entry(EntryKind.REVERSAL, 50, 3, reverses_id=wrong.id))
    found = figures.disbursement_rate(facts(*entries), marks(), DAY)
    assert (found.numerator, len(found.records)) == (800, 2)


def test_b3_of_nothing_is_not_judged() -> None:
    assert figures.disbursement_rate(facts(), marks(), DAY).good is None


@pytest.mark.parametrize(
    "upstream, centre, rest, good",
    [
        (500, 150, 350, [True, True]),
        (499, 150, 351, [False, True]),
        (500, 151, 349, [True, False]),
        (0, 0, 0, [None, True]),
    ],
)
def test_b4_shares_are_judged_exactly(upstream: int, centre: int, rest: int, good: list[bool | None]) -> None:
    spent = [(UP, upstream), (CENTRE, centre), (STATIONS, rest)]
    entries = [entry(OUT, fen, 1, category=kind) for kind, fen in spent if fen]
    found = figures.shares(facts(entry(IN, 1000), *entries), share_rules(), DAY)
    assert [figure.good for figure in found] == good
    assert [figure.numerator for figure in found] == [upstream, centre]


def test_b5_adds_up_own_money() -> None:
    grants = [figures.Grant(uuid.uuid4(), 600, 200), figures.Grant(uuid.uuid4(), 400, 0)]
    found = figures.levered(grants)
    assert (found.numerator, found.denominator, found.records) == (200, 1000, (grants[0].id,))


@pytest.mark.parametrize(
    "day, accepted, may, early",
    [
        (5, 5, False, False),
        (4, 5, False, True),
        (4, 5, True, False),
        (4, None, False, True),
        (4, None, True, False),
    ],
)
def test_b7_paid_before_accepted(day: int, accepted: int | None, may: bool, early: bool) -> None:
    accepted_on = None if accepted is None else DAY + timedelta(days=accepted)
    paid = figures.Paid(uuid.uuid4(), DAY + timedelta(days=day), True, accepted_on, may)
    other = figures.Paid(uuid.uuid4(), DAY, False)
    found = figures.paid_early([paid, other])
    assert (found.numerator, found.denominator, found.good) == (int(early), 1, not early)


def test_b6_counts_forbidden_purposes() -> None:
    payments = [figures.Paid(uuid.uuid4(), DAY, False, clauses=("土建",)), figures.Paid(uuid.uuid4(), DAY, False)]
    found = figures.forbidden(payments)
    assert (found.numerator, found.denominator, found.good, found.records) == (1, 2, False, (payments[0].id,))


# -- the operator ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first, last, years",
    [
        (date(2026, 3, 1), date(2027, 2, 28), 1),
        (date(2026, 3, 1), date(2027, 3, 1), 2),
        (date(2024, 2, 29), date(2026, 2, 27), 2),
        (date(2026, 1, 1), date(2028, 12, 31), 3),
    ],
)
def test_contract_years_follow_each_other_without_a_gap(first: date, last: date, years: int) -> None:
    found = operator.contract_years(first, last)
    assert (len(found), found[0][0], found[-1][1]) == (years, first, last)
    assert all(b[0] - a[1] == timedelta(days=1) for a, b in pairwise(found))


@pytest.mark.parametrize(
    "last, ok",
    [(date(2026, 3, 1), False), (date(2026, 3, 2), True), (date(2031, 2, 28), True), (date(2031, 3, 1), False)],
)
def test_a_term_of_a_day_up_to_five_years(last: date, ok: bool) -> None:
    with refusing(None if ok else "ends_on"):
        operator.check_term(date(2026, 3, 1), last)


def test_the_fee_of_each_year_is_split_without_remainder() -> None:
    template = operator_template(DAY)
    assert template is not None
    dues = operator.plan_instalments(date(2026, 1, 1), date(2027, 12, 31), 50_000_001, template.instalments)
    assert [due.amount_fen for due in dues] == [25_000_001, 25_000_000] * 2
    assert [due.due_on for due in dues][:2] == [date(2026, 6, 30), date(2026, 12, 31)]
    assert {due.required_score for due in dues} == {80}


def test_a_shorter_last_year_is_paid_by_days() -> None:
    parts = [operator.TemplateInstalment("考核", 12, 100, 80)]
    dues = operator.plan_instalments(date(2026, 1, 1), date(2027, 1, 31), 36_500, parts)
    assert [due.amount_fen for due in dues] == [36_500, 3_100]
    assert dues[-1].due_on == date(2027, 1, 31)


@pytest.mark.parametrize("done, day, behind", [(50, 50, False), (49, 50, True), (0, 0, False), (100, 400, False)])
def test_a_duty_is_measured_against_the_time_that_passed(done: int, day: int, behind: bool) -> None:
    year = (date(2026, 1, 1), date(2026, 4, 10))  # a hundred days
    today = year[0] + timedelta(days=day - 1)
    found = operator.duty_progress("培训", "人次", Decimal(100), [Decimal(done)], year, today)
    assert (found.is_behind, found.expected) == (behind, Decimal(min(day, 100)))


@pytest.mark.parametrize(
    "score, status", [(80, OperatorInstalmentStatus.ASSESSED), (79, OperatorInstalmentStatus.BELOW)]
)
def test_the_score_decides(score: int, status: OperatorInstalmentStatus) -> None:
    assert operator.status_after_assessment(score, 80) is status


@pytest.mark.parametrize("status", [OperatorInstalmentStatus.PLANNED, OperatorInstalmentStatus.BELOW])
def test_a_fee_is_not_paid_without_the_score(status: OperatorInstalmentStatus) -> None:
    with pytest.raises(NotPayable):
        operator.check_fee_payable(status, 70, 80)


def test_jobs_held_on_a_day_and_those_of_priority_groups() -> None:
    @dataclass(frozen=True)
    class Job:
        group: JobGroup
        from_day: date
        to_day: date | None = None

    jobs = [
        Job(JobGroup.DISABLED, DAY),
        Job(JobGroup.NONE, DAY - timedelta(days=9)),
        Job(JobGroup.POOR, DAY - timedelta(days=9), DAY - timedelta(days=1)),
        Job(JobGroup.POOR, DAY + timedelta(days=1)),
    ]
    assert operator.held_on(jobs, DAY) == (2, 1)


@pytest.mark.parametrize("name, shown", [("冉桂芳", "冉**"), ("李四", "李*"), ("冉", "冉*")])
def test_names_are_masked(name: str, shown: str) -> None:
    assert operator.masked(name) == shown
