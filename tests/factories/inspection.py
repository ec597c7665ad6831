"""Rounds and inspections at every stage, phone checks with people, for tests."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.core import clock
from app.core.access import Actor, Role
from app.core.database import db
from app.flows import phone_checks as phone_flow
from stations.models import Division, StationKind
from stations.models.inspection import (
    InspectionFinding,
    InspectionRound,
    RoundStatus,
    StationInspection,
)
from stations.models.phone_check import PhoneCheck, PhoneSubject
from stations.service import inspection as service
from stations.service import phone_checks
from stations.service.inspection import Choice, InspectionFilter
from stations.service.phone_checks import Among, Reachable
from tests.factories import stations as places
from tests.factories.acceptance import photo
from tests.factories.stations import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, SECOND_VILLAGE, TOWNSHIP, VILLAGE

HUB = Actor(uuid.UUID(int=31), "彭国栋", Role.COUNTY_ADMIN, COUNTY)
INSPECTOR = Actor(uuid.UUID(int=32), "谭春梅", Role.INSPECTOR, COUNTY)
MANAGER = Actor(uuid.UUID(int=33), "田应平", Role.TOWNSHIP_MANAGER, TOWNSHIP)
OTHER_MANAGER = Actor(uuid.UUID(int=34), "冉茂林", Role.TOWNSHIP_MANAGER, OTHER_TOWNSHIP)
OFFICIAL = Actor(uuid.UUID(int=35), "白县长", Role.COUNTY_OFFICIAL, COUNTY)
DAY = date(2026, 10, 12)
_serial = itertools.count(1)


def create_network() -> None:
    """Longtan with a station and two points, Mawang with one point, all operating since March."""
    places.create_county()
    places.create_station(kind=StationKind.TOWNSHIP_STATION, division_code=TOWNSHIP, name="龙潭镇综合服务站")
    for code, name in ((VILLAGE, "石营村服务点"), (SECOND_VILLAGE, "渤海村服务点"), (OTHER_VILLAGE, "桂香村服务点")):
        places.create_station(division_code=code, name=name)


def create_round(**overrides: Any) -> InspectionRound:
    """A round planned over the whole network, which is made if it isn't there."""
    if db.session.get(Division, COUNTY) is None:
        create_network()
    facts: dict[str, Any] = {
        "actor": HUB,
        "request_id": None,
        "name": f"第 {next(_serial)} 轮",
        "starts_on": clock.today(),
        "ends_on": clock.today() + timedelta(days=14),
        "kinds": [StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT],
        "choice": Choice(),
    }
    return service.plan_round(**(facts | overrides))


def move(moved: InspectionRound, status: RoundStatus, **overrides: Any) -> InspectionRound:
    """The hub moves a round on."""
    facts = {"actor": HUB, "request_id": None, "round_id": moved.id, "new_status": status}
    return service.move_round(**(facts | overrides))


def create_running(**overrides: Any) -> InspectionRound:
    """A round that has begun."""
    return move(create_round(**overrides), RoundStatus.RUNNING)


def inspections(of_round: InspectionRound, actor: Actor = HUB) -> list[StationInspection]:
    """Its inspections by place, as somebody sees them."""
    return list(service.all_inspections(actor, of_round.id, InspectionFilter()))


def inspection_at(of_round: InspectionRound, division_code: str = VILLAGE) -> StationInspection:
    """The inspection in a division."""
    return next(i for i in inspections(of_round) if i.division_code == division_code)


def score(inspection: StationInspection, key: str, points: str, actor: Actor = INSPECTOR, **given: Any) -> Any:
    """One criterion saved."""
    facts = {"actor": actor, "request_id": None, "inspection_id": inspection.id, "key": key, "points": Decimal(points)}
    return service.save_score(**(facts | given))


def score_all(inspection: StationInspection, share: str = "0.8", actor: Actor = INSPECTOR) -> StationInspection:
    """Every criterion scored with the same share of its points, rounded to whole ones down to one half."""
    for item in service.criteria_of(inspection.round).items:
        points = (item.points * Decimal(share) * 2).to_integral_value() / 2
        score(inspection, item.key, str(points), actor)
    return inspection


def finish(inspection: StationInspection, actor: Actor = INSPECTOR, **given: Any) -> StationInspection:
    """The visit is done."""
    facts = {"actor": actor, "request_id": None, "inspection_id": inspection.id, "visited_on": clock.today()}
    return service.finish_scoring(**(facts | given))


def create_scored(failing: str = "", **overrides: Any) -> InspectionRound:
    """Every station reviewed with 80 %, the one in the division named with 40 %; scoring done."""
    made = create_running(**overrides)
    for inspection in inspections(made):
        finish(score_all(inspection, "0.4" if inspection.division_code == failing else "0.8"))
    return move(made, RoundStatus.SCORED)


def create_published(failing: str = VILLAGE, **overrides: Any) -> InspectionRound:
    """Published, with one station that failed."""
    return move(create_scored(failing, **overrides), RoundStatus.PUBLISHED)


def create_finding(inspection: StationInspection, **overrides: Any) -> InspectionFinding:
    """A broken printer, to be mended by today."""
    facts: dict[str, Any] = {
        "actor": INSPECTOR,
        "request_id": None,
        "inspection_id": inspection.id,
        "problem": "打印机坏了",
        "owner_name": "冉桂芳",
        "deadline": clock.today(),
        "criterion_key": "equipment",
    }
    return service.add_inspection_finding(**(facts | overrides))


def rectify(finding: InspectionFinding, **overrides: Any) -> InspectionFinding:
    """The township reports it mended, with a photo."""
    facts: dict[str, Any] = {
        "actor": MANAGER,
        "request_id": None,
        "finding_id": finding.id,
        "measure": "换了打印头",
        "rectified_on": clock.today(),
        "files": [photo()],
    }
    return service.rectify_finding(**(facts | overrides))


def reinspect(finding: InspectionFinding, good: bool, **overrides: Any) -> Any:
    """The inspector looks again."""
    facts: dict[str, Any] = {
        "actor": INSPECTOR,
        "request_id": None,
        "finding_id": finding.id,
        "good": good,
        "remark": "" if good else "还是不能打印",
        "inspected_on": clock.today(),
    }
    return service.reinspect_finding(**(facts | overrides))


def create_ordered() -> StationInspection:
    """A failing station with one finding, ordered to be put right: it is suspended."""
    inspection = inspection_at(create_published())
    create_finding(inspection)
    return service.order_rectification(
        actor=HUB, request_id=None, inspection_id=inspection.id, deadline=clock.today() + timedelta(days=30)
    )


# -- phone checks --------------------------------------------------------------------------------


def person(n: int) -> Reachable:
    """Somebody who may be called."""
    return Reachable(uuid.UUID(int=1000 + n), f"张秀英{n}", f"138{n:08d}", "龙潭镇石营村")


def create_check(people: int = 20, size: int = 5, **overrides: Any) -> PhoneCheck:
    """A sample of five among twenty villagers of Shiying."""
    facts: dict[str, Any] = {
        "actor": INSPECTOR,
        "request_id": None,
        "among": Among(PhoneSubject.STATION, "石营村服务点", VILLAGE),
        "population": [person(n) for n in range(people)],
        "seed": "20261012",
        "sample_size": size,
        "purpose": "核实知晓度",
    }
    return phone_checks.draw_check(**(facts | overrides))


def draw_through_flow(wanted: phone_flow.Wanted, **overrides: Any) -> PhoneCheck:
    """A sample whose population comes from trade or training."""
    facts = {"actor": INSPECTOR, "request_id": None, "seed": "7", "sample_size": 1, "purpose": "核实"}
    return phone_flow.draw(wanted=wanted, **(facts | overrides))
