"""The rules of inspections and samples, by tables of cases and by properties."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from stations.errors import InspectionClosed, InspectionIncomplete
from stations.models import StationKind
from stations.models.finding import FindingStatus
from stations.models.inspection import Aspect, InspectionGrade, Measured, RectificationStatus
from stations.models.phone_check import CallResult
from stations.rules import inspection as rules
from stations.rules import inspection_figures as figures
from stations.rules import phone_checks as phone
from stations.rules import sampling
from stations.rules.inspection import Criterion
from stations.service.inspection.criteria import plain_copy, standards

G = InspectionGrade
STANDARD = standards()[0]


# -- the standard --------------------------------------------------------------------------------


def test_the_standard_has_five_aspects_and_a_hundred_points() -> None:
    assert all(STANDARD.by_aspect[aspect] for aspect in Aspect)
    assert sum(item.points for item in STANDARD.items) == 100


def test_a_copy_on_a_round_says_the_same_as_the_file() -> None:
    assert rules.parse(plain_copy(STANDARD)) == STANDARD


def test_a_standard_whose_points_do_not_add_up_is_refused() -> None:
    broken = plain_copy(STANDARD)
    broken["item"] = broken["item"][1:]
    with pytest.raises(ValueError, match="100"):
        rules.parse(broken)


@pytest.mark.parametrize(
    "day, found", [(date(2024, 12, 31), None), (date(2025, 1, 1), STANDARD), (date(2030, 1, 1), STANDARD)]
)
def test_the_standard_that_holds_on_a_day(day: date, found: Any) -> None:
    assert rules.criteria_for([STANDARD], day) == found


# -- points, grades, money -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "total, grade",
    [
        ("0", G.FAIL),
        ("59.5", G.FAIL),
        ("60", G.PASS),
        ("69.5", G.PASS),
        ("70", G.FAIR),
        ("79.5", G.FAIR),
        ("80", G.GOOD),
        ("89.5", G.GOOD),
        ("90", G.EXCELLENT),
        ("100", G.EXCELLENT),
    ],
)
def test_grades_at_their_borders(total: str, grade: InspectionGrade) -> None:
    assert rules.grade_of(Decimal(total), STANDARD.floors) is grade


@pytest.mark.parametrize(
    "kind, grade, yuan",
    [
        (StationKind.TOWNSHIP_STATION, G.PASS, 3600),
        (StationKind.TOWNSHIP_STATION, G.EXCELLENT, 3600),
        (StationKind.VILLAGE_POINT, G.PASS, 2400),
        (StationKind.VILLAGE_POINT, G.GOOD, 2400),
        (StationKind.TOWNSHIP_STATION, G.FAIL, 0),
        (StationKind.VILLAGE_POINT, G.FAIL, 0),
        (StationKind.LIAISON_POINT, G.EXCELLENT, 0),
    ],
)
def test_what_a_grade_is_worth_in_a_year(kind: StationKind, grade: InspectionGrade, yuan: int) -> None:
    assert rules.subsidy_of(STANDARD, kind, grade) == yuan * 100


@pytest.mark.parametrize("points, good", [("0", True), ("7.5", True), ("10", True), ("10.5", False), ("7.3", False)])
def test_points_are_halves_up_to_those_of_the_criterion(points: str, good: bool) -> None:
    item = STANDARD.item("equipment")
    assert item is not None
    if good:
        rules.check_points(Decimal(points), item)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_points(Decimal(points), item)
    assert refused.value.field == "points"


@pytest.mark.parametrize(
    "part, whole, field",
    [(8, 8, None), (None, None, None), (9, 8, "part_count"), (3, None, "whole_count"), (None, 8, "part_count")],
)
def test_what_is_counted_on_site_is_a_part_of_a_whole(part: int | None, whole: int | None, field: str | None) -> None:
    item = STANDARD.item("equipment")
    assert item is not None
    if field is None:
        rules.check_counts(part, whole, item)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_counts(part, whole, item)
    assert refused.value.field == field


def test_a_total_names_what_is_missing() -> None:
    points = {item.key: item.points for item in STANDARD.items}
    assert rules.total_of(points, STANDARD) == 100
    del points["sign"]
    with pytest.raises(InspectionIncomplete, match="还有 1 项没有打分：招牌"):
        rules.total_of(points, STANDARD)


@pytest.mark.parametrize(
    "part, whole, points", [(8, 8, "10"), (7, 8, "9.0"), (0, 8, "0"), (12, 8, "10"), (1, 3, "3.5"), (1, 0, None)]
)
def test_a_suggestion_is_in_proportion_and_in_halves(part: int, whole: int, points: str | None) -> None:
    item = Criterion("k", Aspect.RESULTS, "设备", Decimal(10), "")
    assert rules.suggest(item, part, whole) == (None if points is None else Decimal(points))


def test_averages_by_aspect_add_up_their_criteria() -> None:
    sums = {"sign": Decimal(8), "equipment": Decimal(15)}
    by_aspect = {aspect: (average, most) for aspect, average, most in rules.aspect_averages(sums, 2, STANDARD)}
    assert by_aspect[Aspect.INFRASTRUCTURE] == (Decimal("11.5"), Decimal(25))
    assert by_aspect[Aspect.RESULTS] == (Decimal("0.0"), Decimal(25))
    assert rules.aspect_averages({}, 0, STANDARD)[0][1] is None


# -- after a failure -----------------------------------------------------------------------------

F = FindingStatus
TODAY = date(2026, 11, 20)


@dataclass
class Found:
    """A finding as the rules see it."""

    status: FindingStatus
    deadline: date = TODAY
    reinspections: list[object] = field(default_factory=list)
    problem: str = "打印机坏了"


@pytest.mark.parametrize(
    "found, speaks",
    [
        (Found(F.OPEN), False),  # due today: still time
        (Found(F.OPEN, deadline=date(2026, 11, 19)), True),
        (Found(F.OPEN, deadline=date(2026, 12, 1), reinspections=[object()]), True),  # looked at again: still bad
        (Found(F.RECTIFIED, deadline=date(2026, 11, 1), reinspections=[object()]), False),  # waits for another look
        (Found(F.CLOSED, deadline=date(2026, 11, 1), reinspections=[object()]), False),
    ],
)
def test_what_speaks_for_closing_a_station(found: Found, speaks: bool) -> None:
    assert bool(rules.unheeded([found], TODAY)) is speaks
    if speaks:
        rules.check_unheeded([found], TODAY)
    else:
        with pytest.raises(InspectionClosed):
            rules.check_unheeded([found], TODAY)


@pytest.mark.parametrize("status, good", [(F.CLOSED, True), (F.RECTIFIED, False), (F.OPEN, False)])
def test_a_station_opens_again_only_when_all_is_mended(status: FindingStatus, good: bool) -> None:
    found = [Found(F.CLOSED), Found(status)]
    if good:
        rules.check_mended(found)
    else:
        with pytest.raises(InspectionIncomplete, match="打印机坏了"):
            rules.check_mended(found)


# -- figures -------------------------------------------------------------------------------------


def inspected(**facts: Any) -> figures.Inspected:
    told = {"id": uuid.uuid4(), "name": "石营点", "place": "龙潭镇", "grade": G.GOOD, "rectification": None}
    return figures.Inspected(**(told | facts))


@pytest.mark.parametrize(
    "records, days, counted", [(8, 5, True), (7, 5, False), (8, 4, False), (0, 0, False), (90, 22, True)]
)
def test_a_station_is_active_with_enough_records_on_enough_days(records: int, days: int, counted: bool) -> None:
    row = figures.Worked(uuid.uuid4(), "石营点", "龙潭镇", records, days)
    share = figures.active_rate([row], 8, 5)
    assert (share.numerator, share.denominator) == (int(counted), 1)
    assert share.lines[0].counted is counted


def test_sums_leave_out_where_nobody_counted_but_list_it() -> None:
    rows = [inspected(equipment=(7, 8)), inspected(equipment=None), inspected(equipment=(0, 4))]
    share = figures.equipment_rate(rows)
    assert (share.numerator, share.denominator, len(share.lines)) == (7, 12, 3)
    assert [line.counted for line in share.lines] == [True, False, True]


def test_rectified_and_closed_are_out_of_those_ordered() -> None:
    rows = [
        inspected(),
        inspected(rectification=RectificationStatus.ORDERED),
        inspected(rectification=RectificationStatus.PASSED),
        inspected(rectification=RectificationStatus.FAILED),
    ]
    good, closed = figures.rectified_rate(rows), figures.closed_stations(rows)
    assert (good.numerator, good.denominator) == (1, 3)
    assert (closed.numerator, closed.denominator) == (1, 3)


def test_every_grade_is_counted_and_named() -> None:
    rows = [inspected(), inspected(grade=G.FAIL), inspected(grade=None)]
    assert figures.grades(rows) == {G.EXCELLENT: 0, G.GOOD: 1, G.FAIR: 0, G.PASS: 0, G.FAIL: 1}


@dataclass
class Called:
    """Somebody drawn, as the rules see them."""

    result: CallResult | None = None
    knows: bool | None = None
    attended: bool | None = None
    satisfied: int | None = None


def test_the_figures_of_a_phone_check_say_out_of_how_many() -> None:
    people = [
        Called(CallResult.REACHED, knows=True, satisfied=5),
        Called(CallResult.REACHED, knows=True, satisfied=3),
        Called(CallResult.REACHED, knows=False),
        Called(CallResult.NOT_REACHED),
        Called(),
    ]
    found = figures.phone_figures(139, people)
    assert (found.population, found.drawn) == (139, 5)
    assert found.reached == (3, 4)
    assert found.knows == (2, 3)
    assert found.satisfied == (1, 2)
    assert found.points == (8, 2)
    assert found.attended == (0, 0)


def test_the_verified_rate_is_out_of_those_who_were_asked() -> None:
    people = [
        Called(CallResult.REACHED, attended=True),
        Called(CallResult.REACHED, attended=False),
        Called(CallResult.WRONG_NUMBER),
    ]
    assert figures.phone_figures(40, people).attended == (1, 2)


# -- samples -------------------------------------------------------------------------------------

IDS = st.lists(st.uuids().map(str), max_size=40, unique=True)
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=12)


@given(IDS, st.integers(0, 50), SEEDS)
def test_a_sample_is_a_part_of_the_right_size(ids: list[str], size: int, seed: str) -> None:
    drawn = sampling.draw(ids, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(ids))
    assert set(drawn) <= set(ids)


@given(IDS, st.integers(0, 50), SEEDS, st.randoms(use_true_random=False))
def test_the_order_in_which_ids_come_in_does_not_matter(ids: list[str], size: int, seed: str, chance: Any) -> None:
    shuffled = [*ids, *ids]
    chance.shuffle(shuffled)
    assert sampling.draw(shuffled, size, seed) == sampling.draw(ids, size, seed)
    assert sampling.fingerprint(shuffled) == sampling.fingerprint(ids)


@given(IDS, st.integers(0, 40), SEEDS)
def test_a_larger_sample_begins_with_the_smaller_one(ids: list[str], size: int, seed: str) -> None:
    assert sampling.draw(ids, size + 3, seed)[:size] == sampling.draw(ids, size, seed)


@given(st.lists(st.uuids().map(str), min_size=2, max_size=30, unique=True), SEEDS)
def test_the_place_of_one_does_not_depend_on_the_others(ids: list[str], seed: str) -> None:
    without = [one for one in sampling.order(ids, seed) if one != ids[0]]
    assert sampling.order(ids[1:], seed) == without


def test_everybody_is_drawn_about_as_often() -> None:
    ids = [str(uuid.UUID(int=n)) for n in range(20)]
    times = dict.fromkeys(ids, 0)
    for seed in range(2000):
        for one in sampling.draw(ids, 5, str(seed)):
            times[one] += 1
    assert all(400 < count < 600 for count in times.values())  # 500 ± 5 standard deviations


def test_the_algorithm_is_the_one_on_the_page() -> None:
    key = hashlib.sha256(b"20261012\n00000000-0000-0000-0000-000000000007").hexdigest()
    assert sampling.key("20261012", str(uuid.UUID(int=7))) == key
    assert sampling.fingerprint(["b", "a"]) == hashlib.sha256(b"a\nb").hexdigest()
    # the order that `for id in a b c d e; do printf '%s\n%s' 1 $id | sha256sum; done | sort` gives
    assert sampling.draw("abcde", 3, "1") == ["d", "b", "e"]


def test_a_sample_that_was_touched_does_not_agree() -> None:
    ids = sorted(str(uuid.UUID(int=n)) for n in range(20))
    drawn, sha256 = sampling.draw(ids, 5, "7"), sampling.fingerprint(ids)
    assert sampling.agrees(ids, sha256, "7", drawn)
    assert not sampling.agrees(ids, sha256, "8", drawn)
    assert not sampling.agrees(ids[1:], sha256, "7", drawn)
    other = next(one for one in ids if one not in drawn)
    assert not sampling.agrees(ids, sha256, "7", [*drawn[:4], other])


# -- phone checks --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size, population, good",
    [(1, 1, True), (500, 900, True), (501, 900, False), (5, 4, False), (0, 4, False), (1, 0, False)],
)
def test_how_large_a_sample_may_be(size: int, population: int, good: bool) -> None:
    if good:
        phone.check_size(size, population)
    else:
        with pytest.raises(InvalidInput):
            phone.check_size(size, population)


@pytest.mark.parametrize(
    "seed, good",
    [("20261012", True), ("a-B_7", True), ("", False), ("20 26", False), ("种子", False), ("x" * 65, False)],
)
def test_a_seed_can_be_read_over_the_telephone(seed: str, good: bool) -> None:
    if good:
        phone.check_seed(seed)
    else:
        with pytest.raises(InvalidInput):
            phone.check_seed(seed)


@pytest.mark.parametrize(
    "result, attempts, good",
    [
        (None, 0, False),
        (CallResult.REACHED, 1, False),
        (CallResult.NOT_REACHED, 2, False),
        (CallResult.NOT_REACHED, 3, True),
        (CallResult.WRONG_NUMBER, 1, True),
        (CallResult.REFUSED, 1, True),
    ],
)
def test_who_may_be_replaced(result: CallResult | None, attempts: int, good: bool) -> None:
    if good:
        phone.check_replaceable(result, attempts)
    else:
        with pytest.raises(InvalidInput):
            phone.check_replaceable(result, attempts)


@pytest.mark.parametrize(
    "training, knows, attended, satisfied, field",
    [
        (False, True, None, 4, None),
        (False, False, None, None, None),
        (False, None, None, 4, "knows"),
        (True, None, True, None, None),
        (True, True, None, 4, "attended"),
        (False, True, None, 6, "satisfied"),
    ],
)
def test_who_was_reached_was_asked(
    training: bool, knows: bool | None, attended: bool | None, satisfied: int | None, field: str | None
) -> None:
    answers = {"about_training": training, "knows": knows, "attended": attended, "satisfied": satisfied}
    phone.check_answers(CallResult.NOT_REACHED, about_training=training, knows=None, attended=None, satisfied=None)
    if field is None:
        phone.check_answers(CallResult.REACHED, **answers)
        return
    with pytest.raises(InvalidInput) as refused:
        phone.check_answers(CallResult.REACHED, **answers)
    assert refused.value.field == field


def test_only_what_is_counted_on_site_asks_for_two_figures() -> None:
    on_site = {item.measure for item in STANDARD.items if item.counted_on_site}
    assert on_site == {Measured.EQUIPMENT, Measured.AWARENESS, Measured.SATISFACTION}
    assert all(item.part_label and item.whole_label for item in STANDARD.items if item.counted_on_site)
