"""Rounds and inspections: who scores when, what is kept, what becomes of a station that fails."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.core import audit, clock
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.moves import IllegalMove
from app.flows import inspections as flow
from stations import service as network
from stations.errors import InspectionClosed, InspectionIncomplete
from stations.models import StationKind, StationStatus
from stations.models.finding import FindingStatus
from stations.models.inspection import (
    InspectionGrade,
    InspectionStatus,
    RectificationStatus,
    RoundStatus,
    StationSelection,
)
from stations.rules import sampling
from stations.service import inspection as service
from stations.service.inspection import Choice, InspectionFilter
from tests.factories import inspection as make
from tests.factories import trade
from tests.factories.acceptance import photo
from tests.factories.inspection import HUB, INSPECTOR, MANAGER, OTHER_MANAGER
from tests.factories.stations import OTHER_VILLAGE, SECOND_VILLAGE, TOWNSHIP, VILLAGE
from trade.service.day import close_day
from trade.service.services import void_sale
from trade.service.worked import work_of_stations

pytestmark = pytest.mark.usefixtures("session")


# -- planning ------------------------------------------------------------------------------------


def test_a_round_visits_all_stations_that_serve() -> None:
    make.create_network()
    make.places.create_station(division_code=SECOND_VILLAGE, name="停业的点", status=StationStatus.SUSPENDED)
    planned = make.create_round()
    assert [i.station_name for i in make.inspections(planned)] == [
        "龙潭镇综合服务站",
        "石营村服务点",
        "渤海村服务点",
        "桂香村服务点",
    ]
    assert planned.criteria_key == "running-2025"
    assert planned.population_sha256 == sampling.fingerprint(planned.population)
    assert audit.history(planned)[0].text.startswith(f"安排{planned.name}")


def test_a_round_of_chosen_townships_visits_only_those() -> None:
    planned = make.create_round(choice=Choice(StationSelection.TOWNSHIPS, township_codes=(TOWNSHIP,)))
    assert {i.division_code for i in make.inspections(planned)} == {TOWNSHIP, VILLAGE, SECOND_VILLAGE}


def test_a_drawn_round_can_be_drawn_again() -> None:
    planned = make.create_round(choice=Choice(StationSelection.SAMPLE, 2, "20261012"))
    drawn = {str(i.station_id) for i in make.inspections(planned)}
    assert drawn == set(sampling.draw(planned.population, 2, "20261012"))
    redrawn = service.redraw_round(planned)
    assert redrawn is not None
    assert redrawn.agrees
    planned.seed = "20261013"
    assert service.redraw_round(planned) != redrawn
    make.db.session.rollback()


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"ends_on": clock.today() - timedelta(days=1)}, "ends_on"),
        ({"kinds": []}, "kinds"),
        ({"kinds": [StationKind.LIAISON_POINT]}, "kinds"),
        ({"choice": Choice(StationSelection.SAMPLE, 5, "7")}, "sample_size"),
        ({"choice": Choice(StationSelection.SAMPLE, 2, "")}, "seed"),
        ({"choice": Choice(StationSelection.TOWNSHIPS)}, "township_codes"),
        ({"choice": Choice(StationSelection.TOWNSHIPS, township_codes=("510000000000",))}, "township_codes"),
        ({"starts_on": clock.today().replace(year=2020), "ends_on": clock.today()}, "starts_on"),
    ],
)
def test_a_plan_that_cannot_be_is_told_at_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.create_round(**wrong)
    assert refused.value.field == field


def test_two_rounds_of_a_year_have_two_names() -> None:
    make.create_round(name="秋季巡检")
    with pytest.raises(InvalidInput, match="同名"):
        make.create_round(name="秋季巡检")


def test_only_the_hub_plans() -> None:
    with pytest.raises(Forbidden):
        make.create_round(actor=INSPECTOR)


def test_a_round_begins_on_its_day() -> None:
    later = clock.today() + timedelta(days=3)
    planned = make.create_round(starts_on=later, ends_on=later)
    with pytest.raises(InspectionIncomplete):
        make.move(planned, RoundStatus.RUNNING)


# -- scoring -------------------------------------------------------------------------------------


def test_each_criterion_is_saved_by_itself_and_the_last_word_counts() -> None:
    inspection = make.inspection_at(make.create_running())
    make.score(inspection, "sign", "3", MANAGER)
    saved = make.score(inspection, "sign", "4.5", MANAGER, remark="重新看过")
    assert (saved.township_points, saved.township_remark, saved.township_by) == (Decimal("4.5"), "重新看过", "田应平")
    assert saved.county_points is None
    texts = [entry.text for entry in audit.history(inspection)]
    assert "“招牌、制度上墙”4.5 / 5 分，重新看过" in texts


def test_a_repeated_save_changes_nothing_twice() -> None:
    inspection = make.inspection_at(make.create_running())
    request_id = uuid.uuid4()
    facts = {"request_id": request_id, "files": [photo()]}
    first = make.score(inspection, "sign", "4", MANAGER, **facts)
    again = make.score(inspection, "sign", "4", MANAGER, **facts)
    assert first.id == again.id
    assert len(service.get_whole(HUB, inspection.id).photos) == 1
    with pytest.raises(Conflict):
        make.score(inspection, "sign", "5", MANAGER, **facts)


def test_the_county_differs_only_with_a_reason_and_both_stay() -> None:
    inspection = make.inspection_at(make.create_running())
    make.score(inspection, "sign", "5", MANAGER)
    with pytest.raises(InvalidInput) as refused:
        make.score(inspection, "sign", "3", INSPECTOR)
    assert refused.value.field == "remark"
    kept = make.score(inspection, "sign", "3", INSPECTOR, remark="没有贴收费标准")
    assert (kept.township_points, kept.county_points, kept.points) == (Decimal(5), Decimal(3), Decimal(3))
    same = make.score(inspection, "open", "4", INSPECTOR)  # the township gave nothing: no reason asked
    assert same.points == Decimal(4)


@pytest.mark.parametrize(
    "key, points, given, field",
    [
        ("sign", "5.5", {}, "points"),
        ("equipment", "5", {"part_count": 9, "whole_count": 8}, "part_count"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_kept(
    key: str, points: str, given: dict[str, Any], field: str
) -> None:
    inspection = make.inspection_at(make.create_running())
    with pytest.raises(InvalidInput) as refused:
        make.score(inspection, key, points, MANAGER, files=[photo()], **given)
    assert refused.value.field == field
    whole = service.get_whole(HUB, inspection.id)
    assert (whole.scores, whole.photos) == ([], [])


def test_an_unknown_criterion_is_not_found() -> None:
    inspection = make.inspection_at(make.create_running())
    with pytest.raises(NotFound):
        make.score(inspection, "nothing", "1", MANAGER)


def test_another_townships_station_is_not_found() -> None:
    made = make.create_running()
    with pytest.raises(NotFound):
        make.score(make.inspection_at(made, OTHER_VILLAGE), "sign", "5", MANAGER)
    assert {i.division_code for i in make.inspections(made, OTHER_MANAGER)} == {OTHER_VILLAGE}


def test_nobody_scores_before_the_round_begins() -> None:
    inspection = make.inspection_at(make.create_round())
    with pytest.raises(InspectionClosed):
        make.score(inspection, "sign", "5", MANAGER)


def test_the_township_hands_in_and_the_county_settles() -> None:
    inspection = make.inspection_at(make.create_running())
    with pytest.raises(InspectionIncomplete, match="还有 12 项没有打分"):
        make.finish(inspection, MANAGER)
    make.finish(make.score_all(inspection, "0.6", MANAGER), MANAGER, remark="货架有点乱")
    handed = service.get_inspection(HUB, inspection.id)
    assert (handed.status, handed.total, handed.remark) == (InspectionStatus.TOWNSHIP_SCORED, None, "货架有点乱")
    with pytest.raises(InspectionClosed, match="乡镇不能再改"):
        make.score(inspection, "sign", "5", MANAGER)
    settled = make.finish(inspection)
    assert (settled.status, settled.total, settled.grade) == (
        InspectionStatus.REVIEWED,
        Decimal(60),
        InspectionGrade.PASS,
    )
    assert settled.subsidy_fen == 240_000
    lower = make.score(inspection, "sign", "2.5", remark="招牌掉了")
    assert lower.points == Decimal("2.5")
    again = service.get_inspection(HUB, inspection.id)
    assert (again.total, again.grade, again.subsidy_fen) == (Decimal("59.5"), InspectionGrade.FAIL, 0)


def test_a_visit_is_not_in_the_future_nor_before_the_round() -> None:
    inspection = make.score_all(make.inspection_at(make.create_running()))
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)):
        with pytest.raises(InvalidInput) as refused:
            make.finish(inspection, visited_on=day)
        assert refused.value.field == "visited_on"


def test_a_station_can_be_left_out_with_a_reason() -> None:
    made = make.create_running()
    inspection = make.inspection_at(made)
    with pytest.raises(InvalidInput):
        service.excuse(actor=HUB, request_id=None, inspection_id=inspection.id, reason=" ")
    service.excuse(actor=HUB, request_id=None, inspection_id=inspection.id, reason="大水冲断了路")
    with pytest.raises(InspectionClosed, match="本轮不检"):
        make.score(inspection, "sign", "5", MANAGER)
    assert service.progress(HUB, made.id)[InspectionStatus.EXCUSED] == 1


# -- what the system counts ----------------------------------------------------------------------


def _worked(days: int, closed: int) -> Any:
    """A station that recorded one sale on each of some days of September, some of which were closed."""
    actor = trade.operator_actor(VILLAGE)
    for n in range(days):
        with clock.at(clock.at_local(make.DAY.replace(month=9, day=n + 1), 10)):
            trade.create_sale(actor, price_fen=100)
            if n < closed:
                close_day(actor=actor, day=clock.today(), counted_fen=0)
    return actor


def test_the_system_suggests_from_what_the_station_recorded() -> None:
    with clock.at(clock.at_local(make.DAY.replace(month=8), 9)):
        make.create_network()
    actor = _worked(days=6, closed=4)
    with clock.at(clock.at_local(make.DAY, 9)):
        made = make.create_running()
        inspection = next(i for i in make.inspections(made) if i.station_id == actor.station_id)
        told = {
            item.key: flow.suggestion(inspection, item)
            for item in service.criteria_of(made).items
            if item.measure is not None and not item.counted_on_site
        }
        assert {key: (s.points, s.told) for key, s in told.items() if s} == {
            "ledger": (Decimal("4.0"), "2026-09：6 天有业务，其中 4 天做了日结"),
            "active_days": (Decimal("4.0"), "2026-09：6 天，满分要 12 天"),
            "records": (Decimal("3.0"), "2026-09：6 笔，满分要 20 笔"),
        }
        kept = flow.save_score(
            actor=INSPECTOR, request_id=None, inspection_id=inspection.id, key="ledger", points=Decimal(5)
        )
        assert (kept.points, kept.suggested_points) == (Decimal(5), Decimal(4))
        assert kept.suggested_from == "2026-09：6 天有业务，其中 4 天做了日结"


def test_an_idle_station_has_no_ledger_to_judge_and_no_activity() -> None:
    with clock.at(clock.at_local(make.DAY, 9)):
        made = make.create_running()
        inspection = make.inspection_at(made)
        items = {item.key: item for item in service.criteria_of(made).items}
        ledger, records = (flow.suggestion(inspection, items[key]) for key in ("ledger", "records"))
        assert ledger is not None
        assert records is not None
        assert (ledger.points, records.points) == (None, Decimal(0))


def test_voided_records_make_nobody_active() -> None:
    actor = trade.operator_actor(VILLAGE)
    kept, voided = trade.create_sale(actor), trade.create_sale(actor)
    void_sale(actor=actor, sale=voided, reason="记错了")
    today = clock.today()
    found = work_of_stations(VILLAGE, today, today)[actor.station_id]
    assert (found.records, found.days, found.days_closed) == (1, 1, 0)
    assert kept.day == today


def test_the_active_rate_is_out_of_the_accepted_stations_of_the_month_before() -> None:
    with clock.at(clock.at_local(make.DAY.replace(month=8), 9)):
        make.create_network()
    actor = trade.operator_actor(VILLAGE)
    make.places.create_status_change(station_id=actor.station_id)
    for n in range(8):
        with clock.at(clock.at_local(make.DAY.replace(month=9, day=n % 5 + 1), 10)):
            trade.create_sale(actor)
    with clock.at(clock.at_local(make.DAY, 9)):
        share = flow.active_stations(HUB, make.create_round())
    assert (share.numerator, share.denominator) == (1, 5)
    assert [(line.part, line.whole) for line in share.lines if line.counted] == [(8, 5)]


# -- publication and corrections -----------------------------------------------------------------


def test_a_round_is_scored_only_when_every_station_is() -> None:
    made = make.create_running()
    make.finish(make.score_all(make.inspection_at(made)))
    with pytest.raises(InspectionIncomplete, match="还有 3 个站点没有核完"):
        make.move(made, RoundStatus.SCORED)


def test_publishing_keeps_the_results_and_locks_the_scores() -> None:
    published = make.create_published()
    inspection = make.inspection_at(published)
    (result,) = service.get_whole(HUB, inspection.id).results
    assert (result.version, result.total, result.grade, result.subsidy_fen) == (
        1,
        inspection.total,
        InspectionGrade.FAIL,
        0,
    )
    assert result.points["sign"] == "2"
    with pytest.raises(InspectionClosed):
        make.score(inspection, "sign", "5")
    with pytest.raises(IllegalMove):
        make.move(published, RoundStatus.RUNNING)


def test_scoring_is_taken_up_again_before_publication() -> None:
    scored = make.create_scored()
    make.move(scored, RoundStatus.RUNNING)
    make.score(make.inspection_at(scored), "sign", "5")


def test_a_correction_is_a_new_version_with_its_reason() -> None:
    inspection = make.inspection_at(make.create_published(), SECOND_VILLAGE)
    facts = {"actor": HUB, "request_id": None, "inspection_id": inspection.id, "key": "sign"}
    before = inspection.total
    result = service.correct_score(**facts, version=1, points=Decimal("2.5"), reason="申诉后核实")
    whole = service.get_whole(HUB, inspection.id)
    assert [r.version for r in whole.results] == [1, 2]
    assert (whole.results[0].total, result.total, whole.total) == (before, before - Decimal("1.5"), result.total)
    assert result.reason == "更正“招牌、制度上墙”：4 → 2.5 分。申诉后核实"
    score = whole.score_of("sign")
    assert (score.county_points, score.corrected_points, score.points) == (Decimal(4), Decimal("2.5"), Decimal("2.5"))


@pytest.mark.parametrize(
    "given, error, field",
    [
        ({"version": 0}, InspectionClosed, None),
        ({"reason": " "}, InvalidInput, "reason"),
        ({"points": Decimal(9)}, InvalidInput, "points"),
        ({"points": Decimal(4)}, InvalidInput, "points"),
        ({"key": "nothing"}, InvalidInput, "key"),
    ],
)
def test_a_correction_that_cannot_be(given: dict[str, Any], error: type[Exception], field: str | None) -> None:
    inspection = make.inspection_at(make.create_published(), SECOND_VILLAGE)
    facts = {"actor": HUB, "request_id": None, "inspection_id": inspection.id, "version": 1, "key": "sign"}
    with pytest.raises(error) as refused:
        service.correct_score(**(facts | {"points": Decimal(3), "reason": "复核"} | given))
    assert refused.value.field == field
    assert service.get_inspection(HUB, inspection.id).result_version == 1


def test_two_corrections_at_once_do_not_overwrite_each_other() -> None:
    inspection = make.inspection_at(make.create_published(), SECOND_VILLAGE)
    facts = {"actor": HUB, "request_id": None, "inspection_id": inspection.id, "version": 1, "reason": "复核"}
    service.correct_score(**facts, key="sign", points=Decimal(3))
    with pytest.raises(InspectionClosed, match="别人更正过"):
        service.correct_score(**facts, key="open", points=Decimal(1))


# -- findings ------------------------------------------------------------------------------------


def test_a_finding_is_rectified_with_a_photo_and_looked_at_until_it_is_good() -> None:
    inspection = make.inspection_at(make.create_running())
    finding = make.create_finding(inspection, files=[photo("red")])
    with pytest.raises(InvalidInput) as refused:
        make.rectify(finding, files=[])
    assert refused.value.field == "files"
    make.rectify(finding)
    with pytest.raises(InvalidInput, match="还差什么"):
        make.reinspect(finding, False, remark="")
    make.reinspect(finding, False)
    assert finding.status is FindingStatus.OPEN
    make.rectify(finding, files=[photo("blue")], measure="换了一台")
    make.reinspect(finding, True)
    assert finding.status is FindingStatus.CLOSED
    assert [(r.good, r.measure) for r in finding.reinspections] == [(False, "换了打印头"), (True, "换了一台")]
    assert [p.shows_rectified for p in finding.photos] == [False, True, True]


def test_a_deadline_that_has_passed_is_refused() -> None:
    inspection = make.inspection_at(make.create_running())
    with pytest.raises(InvalidInput) as refused:
        make.create_finding(inspection, deadline=clock.today() - timedelta(days=1))
    assert refused.value.field == "deadline"


def test_another_township_can_not_rectify() -> None:
    finding = make.create_finding(make.inspection_at(make.create_running()))
    with pytest.raises(NotFound):
        make.rectify(finding, actor=OTHER_MANAGER)


# -- a station that failed -----------------------------------------------------------------------


def resolve(inspection: Any, outcome: RectificationStatus, reason: str = "现场看过") -> Any:
    facts = {"actor": HUB, "request_id": None, "inspection_id": inspection.id}
    return service.resolve_rectification(**facts, outcome=outcome, reason=reason)


def test_ordering_suspends_the_station_and_names_the_inspection() -> None:
    ordered = make.create_ordered()
    station = network.get_station(ordered.station_id)
    assert (ordered.rectification, station.status) == (RectificationStatus.ORDERED, StationStatus.SUSPENDED)
    change = network.status_history(station)[0]
    assert ordered.round.name in change.reason
    assert "责令整改" in change.reason


def test_a_station_that_passed_is_not_ordered_and_none_without_findings() -> None:
    published = make.create_published()
    facts = {"actor": HUB, "request_id": None, "deadline": clock.today()}
    with pytest.raises(InspectionClosed, match="只有不合格"):
        service.order_rectification(**facts, inspection_id=make.inspection_at(published, SECOND_VILLAGE).id)
    with pytest.raises(InvalidInput, match="先记下"):
        service.order_rectification(**facts, inspection_id=make.inspection_at(published).id)


def test_nothing_is_ordered_twice_nor_before_publication() -> None:
    ordered = make.create_ordered()
    facts = {"actor": HUB, "request_id": None, "deadline": clock.today()}
    with pytest.raises(InspectionClosed, match="已经责令"):
        service.order_rectification(**facts, inspection_id=ordered.id)
    early = make.inspection_at(make.create_running(), SECOND_VILLAGE)
    with pytest.raises(InspectionClosed):
        service.order_rectification(**facts, inspection_id=early.id)


def test_a_mended_station_opens_again() -> None:
    ordered = make.create_ordered()
    with pytest.raises(InspectionIncomplete, match="打印机坏了"):
        resolve(ordered, RectificationStatus.PASSED)
    make.rectify(ordered.findings[0])
    make.reinspect(ordered.findings[0], True)
    done = resolve(ordered, RectificationStatus.PASSED)
    assert (done.rectification, done.resolved_by) == (RectificationStatus.PASSED, HUB.name)
    assert network.get_station(ordered.station_id).status is StationStatus.OPERATING
    with pytest.raises(IllegalMove):
        resolve(ordered, RectificationStatus.FAILED)


def test_a_station_is_closed_after_a_failed_reinspection() -> None:
    ordered = make.create_ordered()
    with pytest.raises(InspectionClosed, match="还不能关闭"):
        resolve(ordered, RectificationStatus.FAILED)
    make.rectify(ordered.findings[0])
    make.reinspect(ordered.findings[0], False)
    resolve(ordered, RectificationStatus.FAILED, "两次复查都没有改好")
    station = network.get_station(ordered.station_id)
    assert station.status is StationStatus.CLOSED
    assert "整改复查仍不合格，关闭。两次复查都没有改好" in network.status_history(station)[0].reason


def test_a_station_is_closed_when_the_deadline_ran_out() -> None:
    ordered = make.create_ordered()
    with clock.at(clock.now() + timedelta(days=2)):
        resolve(ordered, RectificationStatus.FAILED)
        assert network.get_station(ordered.station_id).status is StationStatus.CLOSED


def test_only_the_hub_orders_and_closes() -> None:
    inspection = make.inspection_at(make.create_published())
    make.create_finding(inspection)
    with pytest.raises(Forbidden):
        service.order_rectification(
            actor=INSPECTOR, request_id=None, inspection_id=inspection.id, deadline=clock.today()
        )


def test_a_round_is_closed_when_no_rectification_is_open() -> None:
    ordered = make.create_ordered()
    with pytest.raises(InspectionIncomplete, match="还有 1 个站点在整改：石营村服务点"):
        make.move(ordered.round, RoundStatus.CLOSED)
    make.rectify(ordered.findings[0])
    make.reinspect(ordered.findings[0], True)
    resolve(ordered, RectificationStatus.PASSED)
    assert make.move(ordered.round, RoundStatus.CLOSED).closed_at is not None
    with pytest.raises(InspectionClosed):
        make.create_finding(ordered)


# -- lists and figures ---------------------------------------------------------------------------


def test_the_list_is_narrowed_and_counts_within_the_scope() -> None:
    published = make.create_published()
    failed = service.all_inspections(HUB, published.id, InspectionFilter(grade=InspectionGrade.FAIL))
    assert [i.division_code for i in failed] == [VILLAGE]
    there = service.all_inspections(HUB, published.id, InspectionFilter(q="桂香"))
    assert [i.division_code for i in there] == [OTHER_VILLAGE]
    assert sum(service.progress(OTHER_MANAGER, published.id).values()) == 1
    assert service.townships_of(HUB, published.id) == [(TOWNSHIP, "龙潭镇"), ("500242102000", "麻旺镇")]


def test_the_proposal_follows_from_the_grades() -> None:
    published = make.create_published()
    lines = service.subsidy_proposal(HUB, published)
    assert {line.inspection.division_code: line.fen for line in lines} == {
        TOWNSHIP: 360_000,
        VILLAGE: 0,
        SECOND_VILLAGE: 240_000,
        OTHER_VILLAGE: 240_000,
    }
    assert {line.payee for line in lines} == {"龙潭镇人民政府", "麻旺镇人民政府"}


def test_figures_come_from_what_was_counted_on_site() -> None:
    made = make.create_running()
    inspection = make.inspection_at(made)
    make.score(inspection, "equipment", "8", part_count=7, whole_count=9)
    make.score(inspection, "awareness", "12", part_count=8, whole_count=10)
    make.finish(make.score_all(inspection))  # saved again without figures: those that were counted stay
    (row,) = service.inspected_rows(HUB, made)
    assert (row.equipment, row.awareness, row.satisfaction) == ((7, 9), (8, 10), None)


def test_averages_take_corrected_points() -> None:
    published = make.create_published(failing="")
    before = {aspect: average for aspect, average, _most in service.averages(HUB, published)}
    inspection = make.inspection_at(published)
    facts = {"actor": HUB, "request_id": None, "inspection_id": inspection.id, "version": 1, "reason": "复核"}
    service.correct_score(**facts, key="sign", points=Decimal(2))
    after = {aspect: average for aspect, average, _most in service.averages(HUB, published)}
    changed = {aspect: after[aspect] - before[aspect] for aspect in after if after[aspect] != before[aspect]}
    assert {aspect.value: gap for aspect, gap in changed.items()} == {"infrastructure": Decimal("-0.5")}
