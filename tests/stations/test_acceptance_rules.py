"""What makes an acceptance complete, and what may be typed into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError, InvalidInput
from stations.errors import AcceptanceIncomplete
from stations.models import Level
from stations.models.acceptance import ACCEPTANCE_MOVES, AcceptanceStatus, Decision, Evidence, ItemResult
from stations.models.finding import FINDING_MOVES, FindingStatus
from stations.models.subject import Subject
from stations.rules import acceptance as rules
from stations.service.acceptance import templates

TODAY = date(2026, 11, 22)


@dataclass
class Item:
    label: str = "建设方案"
    required: bool = True
    evidence: Evidence = Evidence.DOCUMENT
    result: ItemResult | None = ItemResult.QUALIFIED
    is_waived: bool = False
    has_evidence: bool = True


@dataclass
class Problem:
    status: FindingStatus


CLOSED, OPEN, RECTIFIED = (Problem(s) for s in (FindingStatus.CLOSED, FindingStatus.OPEN, FindingStatus.RECTIFIED))


@pytest.mark.parametrize(
    "item, in_the_way",
    [
        (Item(), False),
        (Item(result=None), True),
        (Item(result=ItemResult.MISSING), True),
        (Item(result=ItemResult.MISMATCH), True),
        (Item(result=None, is_waived=True), False),
        (Item(result=ItemResult.MISSING, is_waived=True), False),
        (Item(result=None, required=False), False),
        (Item(result=ItemResult.MISMATCH, required=False), False),
    ],
)
def test_a_required_item_stands_in_the_way_until_it_is_good_or_waived(item: Item, in_the_way: bool) -> None:
    assert rules.blocking([item]) == ([item.label] if in_the_way else [])


@pytest.mark.parametrize(
    "decision, items, findings, message",
    [
        (Decision.PASSED, [Item()], [], None),
        (Decision.PASSED, [Item()], [CLOSED], None),
        (Decision.PASSED, [Item()], [OPEN], "1 个问题没有销号"),
        (Decision.PASSED, [Item()], [RECTIFIED, CLOSED], "1 个问题没有销号"),
        (Decision.PASSED, [Item(result=None)], [], "建设方案"),
        (Decision.PASSED, [Item("采购发票", result=ItemResult.MISSING), Item()], [], "1 项必备资料不合格：采购发票"),
        (Decision.RECTIFICATION, [Item(result=None)], [OPEN], None),
        (Decision.RECTIFICATION, [Item()], [CLOSED], "没有待整改的问题"),
        (Decision.REFUSED, [Item(result=ItemResult.MISSING)], [OPEN], None),
    ],
)
def test_a_decision_follows_from_what_was_found(
    decision: Decision, items: list[Item], findings: list[Problem], message: str | None
) -> None:
    if message is None:
        rules.check_decision(decision, items, findings)
        return
    with pytest.raises(AcceptanceIncomplete, match=message) as refused:
        rules.check_decision(decision, items, findings)
    assert refused.value.field == "decision"


@given(
    st.lists(
        st.builds(
            Item,
            required=st.booleans(),
            result=st.sampled_from([None, *ItemResult]),
            is_waived=st.booleans(),
        )
    ),
    st.lists(st.builds(Problem, st.sampled_from(FindingStatus))),
)
def test_whatever_passes_has_no_gap_and_no_open_problem(items: list[Item], findings: list[Problem]) -> None:
    complete = all(not i.required or i.is_waived or i.result is ItemResult.QUALIFIED for i in items)
    closed = all(f.status is FindingStatus.CLOSED for f in findings)
    try:
        rules.check_decision(Decision.PASSED, items, findings)
        passed = True
    except AcceptanceIncomplete:
        passed = False
    assert passed == (complete and closed)


@pytest.mark.parametrize(
    "item, asked_for",
    [
        (Item(has_evidence=False), True),
        (Item(has_evidence=False, evidence=Evidence.TEXT), True),
        (Item(has_evidence=False, evidence=Evidence.PHOTO), False),  # may be taken on site
        (Item(has_evidence=False, required=False), False),
        (Item(has_evidence=False, is_waived=True), False),
        (Item(result=None), False),
    ],
)
def test_what_must_be_there_before_handing_in(item: Item, asked_for: bool) -> None:
    if not asked_for:
        rules.check_may_submit([item])
        return
    with pytest.raises(AcceptanceIncomplete, match="还缺 1 项必备资料：建设方案"):
        rules.check_may_submit([item])


def test_a_long_list_of_gaps_is_counted_and_not_recited() -> None:
    with pytest.raises(AcceptanceIncomplete, match=r"还缺 9 项必备资料：第0项、.*第5项……"):
        rules.check_may_submit([Item(f"第{n}项", has_evidence=False) for n in range(9)])


def test_the_visit_is_over_when_every_required_item_was_looked_at() -> None:
    rules.check_may_close_inspection([Item(result=ItemResult.MISSING), Item(result=None, required=False)])
    with pytest.raises(AcceptanceIncomplete, match="建设方案"):
        rules.check_may_close_inspection([Item(result=None)])


@pytest.mark.parametrize(
    "number, code, amount, tax, field",
    [
        ("12345678", "5000211130", 113_000, 13_000, None),
        ("12345678", "050002111304", 113_000, 0, None),
        ("26502000000012345678", "", 113_000, 13_000, None),
        ("1234567", "5000211130", 113_000, 0, "number"),
        ("１２３４５６７８", "5000211130", 113_000, 0, "number"),
        ("12345678", "", 113_000, 0, "code"),
        ("12345678", "12345", 113_000, 0, "code"),
        ("26502000000012345678", "5000211130", 113_000, 0, "code"),
        ("12345678", "5000211130", 0, 0, "amount"),
        ("12345678", "5000211130", 100, 100, "tax"),
        ("12345678", "5000211130", 100, -1, "tax"),
    ],
)
def test_an_invoice_has_the_shape_the_tax_office_gives_it(
    number: str, code: str, amount: int, tax: int, field: str | None
) -> None:
    if field is None:
        rules.check_invoice(number, code, amount, tax)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_invoice(number, code, amount, tax)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "amount, already, approved, fits",
    [(100, 0, 100, True), (101, 0, 100, False), (1, 99, 100, True), (2, 99, 100, False), (1, 100, 100, False)],
)
def test_nothing_goes_beyond_the_approved_budget(amount: int, already: int, approved: int, fits: bool) -> None:
    if fits:
        rules.check_within(amount, already, approved)
        return
    with pytest.raises(InvalidInput, match="超出批复金额") as refused:
        rules.check_within(amount, already, approved)
    assert refused.value.field == "amount"


@pytest.mark.parametrize(
    "payee, level, fits",
    [
        ("500242104000", Level.TOWNSHIP, True),
        ("500242104201", Level.VILLAGE, False),
        ("500242000000", Level.COUNTY, False),
        ("500242105000", Level.TOWNSHIP, False),
        ("500242104000", None, False),
    ],
)
def test_the_payee_is_the_township_of_the_station(payee: str, level: Level | None, fits: bool) -> None:
    if fits:
        rules.check_payee(payee, level, "500242104201")
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_payee(payee, level, "500242104201")
    assert refused.value.field == "payee_code"


@pytest.mark.parametrize(
    "day, fine", [(None, True), (TODAY, True), (date(2026, 11, 21), True), (date(2026, 11, 23), False)]
)
def test_no_paper_is_dated_in_the_future(day: date | None, fine: bool) -> None:
    if fine:
        rules.check_not_future(day, TODAY, "dated_on")
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_not_future(day, TODAY, "dated_on")
    assert refused.value.field == "dated_on"


def test_a_deadline_lies_ahead_and_what_follows_is_dated_later() -> None:
    rules.check_deadline(TODAY, TODAY)
    rules.check_order(None, TODAY, "x")
    rules.check_order(TODAY, TODAY, "x")
    with pytest.raises(InvalidInput):
        rules.check_deadline(date(2026, 11, 21), TODAY)
    with pytest.raises(InvalidInput):
        rules.check_order(TODAY, date(2026, 11, 21), "x")


def test_the_list_of_the_day_is_used() -> None:
    def template(key: str, valid_from: date, valid_to: date | None = None) -> rules.Template:
        return rules.Template(key, Subject.VILLAGE_POINT, key, valid_from, (), (), valid_to)

    old = template("old", date(2025, 1, 1), date(2026, 1, 1))
    new = template("new", date(2026, 1, 1))
    both = [new, old]
    assert rules.template_for(both, Subject.VILLAGE_POINT, date(2025, 12, 31)) is old
    assert rules.template_for(both, Subject.VILLAGE_POINT, date(2026, 1, 1)) is new
    assert rules.template_for(both, Subject.VILLAGE_POINT, date(2024, 12, 31)) is None
    assert rules.template_for(both, None, TODAY) is None


HELD = {
    Subject.TOWNSHIP_STATION: {"building_plan", "application", "invoices", "photo_after", "sign_text", "bank_voucher"},
    Subject.VILLAGE_POINT: {"application", "area", "television", "wifi_sign", "sign_text", "one_per_village"},
    Subject.COUNTY_CENTER: {"approved_plan", "no_civil_works", "sign_first", "interface_tests", "jobs", "audit"},
    Subject.LOGISTICS: {"hub_area", "routes", "run_sheets", "cost_statement", "village_list"},
    Subject.TRAINING_SESSION: {"sign_in", "photos", "invoice", "phone_check", "follow_up"},
    Subject.CULTIVATED_PRODUCT: {"selection", "growers", "test_report", "trace_code", "sales"},
    Subject.CONTRACT_YEAR: {"contract", "duties", "kpi", "jobs", "satisfaction", "instalments"},
}


@pytest.mark.parametrize("subject", list(Subject))
def test_the_lists_hold_what_the_dossiers_ask_for(subject: Subject) -> None:
    template = rules.template_for(templates(), subject, TODAY)
    assert template is not None
    assert HELD[subject] <= {item.key for item in template.items}
    assert all(item.source[0] in "SFMI" for item in template.items)
    assert any(item.sign for item in template.items) is (subject.value in {"township_station", "village_point"})
    assert (template.pass_mark is not None) is any(item.points for item in template.items)


@pytest.mark.parametrize(
    "items, pass_mark",
    [
        ((), 60),
        (({"points": 10},), 0),
        (({"points": 10},), 101),
        (({}, {}), None),
        (({"points": 0},), 60),
    ],
    ids=["nothing to score", "no mark at all", "more than all", "a key twice", "no points"],
)
def test_a_broken_checklist_is_not_read(items: tuple[dict[str, int], ...], pass_mark: int | None) -> None:
    def read() -> rules.Template:
        lines = tuple(rules.TemplateItem("kpi", "考核", Evidence.TEXT, "I", **item) for item in items)
        return rules.Template("t", Subject.CONTRACT_YEAR, "t", TODAY, (), lines, pass_mark=pass_mark)

    with pytest.raises(ValueError, match=r"kpi|checklist"):
        read()


def test_status_moves() -> None:
    status = AcceptanceStatus
    assert ACCEPTANCE_MOVES.allowed(status.DRAFT) == {status.SUBMITTED}
    assert ACCEPTANCE_MOVES.allowed(status.SUBMITTED) == {status.INSPECTED}
    assert ACCEPTANCE_MOVES.allowed(status.RECTIFICATION) == {status.PASSED, status.REFUSED}
    assert not ACCEPTANCE_MOVES.allowed(status.PASSED)
    assert not ACCEPTANCE_MOVES.allowed(status.REFUSED)
    with pytest.raises(DomainError):
        FINDING_MOVES.check(FindingStatus.OPEN, FindingStatus.CLOSED)
