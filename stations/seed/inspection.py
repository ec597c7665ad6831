"""One believable round of inspections and two phone checks, walked by calling the real services.

Thirty stations drawn by a seed; one fails, is put right and opens again. The photos are drawings and say so (演示照片).
The same county and day give the same round and, run twice, change nothing.
"""

from __future__ import annotations

import io
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.core import clock, ids
from app.core.access import Actor, Role
from app.core.command import command
from app.core.scope import township_of
from app.flows import inspections as flow
from app.flows import phone_checks as phone_flow
from stations.models import StationKind
from stations.models.inspection import (
    InspectionFinding,
    InspectionRound,
    RectificationStatus,
    RoundStatus,
    StationInspection,
    StationSelection,
)
from stations.models.phone_check import CallResult, PhoneCheck, PhoneSubject
from stations.rules.inspection import STEP, Criterion
from stations.seed.pictures import draw_photo
from stations.service import inspection as service
from stations.service import phone_checks
from stations.service.acceptance import Incoming
from stations.service.inspection import Choice, InspectionFilter

STATIONS = 30
DAYS = 34  # what the round takes, from its first day to the reopening
SEED = "20260915"
CALLED = 24
PROBLEMS = (("ledger", "台账断了九天，没有做日结"), ("equipment", "两件设备坏了没有修，一件找不到"))


def seed_inspections(
    *,
    hub: Actor,
    inspector: Actor,
    townships: Mapping[str, Actor],
    when: datetime,
    spare: Collection[UUID] = (),
    stations: int = STATIONS,
) -> InspectionRound:
    """Walk one round that begins on the day ``when`` and ends :data:`DAYS` days later.

    ``townships``: who manages which township (code → actor); where nobody is named the inspector scores alone.
    ``spare``: stations that don't fail; ``stations``: how many are drawn. Returns the round, published. Raises what the
    services raise.
    """
    return _Walk(hub, inspector, townships, when, frozenset(spare), stations).run()


@dataclass(frozen=True)
class _Walk:
    hub: Actor
    inspector: Actor
    townships: Mapping[str, Actor]
    when: datetime
    spare: frozenset[UUID]
    stations: int

    def on(self, days: float) -> datetime:
        return self.when + timedelta(days=days)

    def once(self, *what: object) -> UUID:
        return ids.derived_id("seed-inspection", clock.local(self.when).date(), *what)

    @command
    def run(self) -> InspectionRound:
        planned = self.plan()
        inspections = service.all_inspections(self.hub, planned.id, InspectionFilter())
        failing = self._failing(inspections)
        for n, inspection in enumerate(inspections):
            self.score(inspection, n, weak=inspection is failing)
        findings = [self._finding(failing, key, problem) for key, problem in PROBLEMS]
        self.publish(planned)
        self.put_right(failing, findings)
        self.call(planned)
        return planned

    def plan(self) -> InspectionRound:
        with clock.at(self.on(0)):
            day = clock.today()
            planned = service.plan_round(
                actor=self.hub,
                request_id=self.once("plan"),
                name=f"{day.month} 月巡检",
                starts_on=day,
                ends_on=day + timedelta(days=14),
                kinds=[StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT],
                choice=Choice(StationSelection.SAMPLE, self.stations, SEED),
            )
            self._move(planned, RoundStatus.RUNNING)
            return planned

    def _move(self, planned: InspectionRound, status: RoundStatus) -> None:
        service.move_round(
            actor=self.hub, request_id=self.once("move", status.value), round_id=planned.id, new_status=status
        )

    def _failing(self, inspections: Sequence[StationInspection]) -> StationInspection:
        points = [i for i in inspections if i.station_kind is StationKind.VILLAGE_POINT]
        return next((i for i in reversed(points) if i.station_id not in self.spare), inspections[-1])

    # -- scoring -------------------------------------------------------------------------------

    def score(self, inspection: StationInspection, n: int, *, weak: bool) -> None:
        """The township's points, the county's where they differ, and the total."""
        rng = random.Random(f"{inspection.station_code}:{SEED}")  # noqa: S311  a drawing of examples, not a secret
        criteria = service.criteria_of(inspection.round)
        township = self.townships.get(township_of(inspection.division_code))
        least = 25 if weak else rng.choice((53, 58, 66, 70, 76, 84))
        with clock.at(self.on(1 + n % 8 + 0.05)):
            for item in criteria.items:
                self._give(township or self.inspector, inspection, item, rng, least)
            if township is not None:
                self._finish(township, inspection, "台账、设备、货架都看过。")
        with clock.at(self.on(10 + n % 3 * 0.2)):
            if township is not None and n % 4 == 0:
                self._differ(inspection)
            self._finish(self.inspector, inspection, "")

    def _give(
        self, actor: Actor, inspection: StationInspection, item: Criterion, rng: random.Random, least: int
    ) -> None:
        share = Decimal(min(100, rng.randrange(least, least + 30))) / 100
        points = (item.points * share / STEP).to_integral_value() * STEP
        whole = rng.choice((8, 9, 10)) if item.counted_on_site else None
        part = int(whole * share) if whole is not None else None
        first = item.key == "sign" and inspection.station_kind is StationKind.TOWNSHIP_STATION
        flow.save_score(
            actor=actor,
            request_id=self.once("score", inspection.station_id, item.key),
            inspection_id=inspection.id,
            key=item.key,
            points=points,
            part_count=part,
            whole_count=whole,
            files=[self._photo(inspection, "招牌", 1.1)] if first and rng.random() < 0.5 else [],
        )

    def _differ(self, inspection: StationInspection) -> None:
        """The county takes half a point off what the township gave for the sign."""
        score = inspection.score_of("sign")
        if score is None or not score.township_points:
            return
        flow.save_score(
            actor=self.inspector,
            request_id=self.once("review", inspection.station_id),
            inspection_id=inspection.id,
            key="sign",
            points=score.township_points - STEP,
            remark="收费标准没有贴出来",
        )

    def _finish(self, actor: Actor, inspection: StationInspection, remark: str) -> None:
        service.finish_scoring(
            actor=actor,
            request_id=self.once("finish", actor.role.value, inspection.station_id),
            inspection_id=inspection.id,
            visited_on=clock.today(),
            remark=remark,
        )

    def _photo(self, inspection: StationInspection, caption: str, day: float) -> Incoming:
        place = inspection.station.division
        position = (place.lon, place.lat) if place.lon is not None and place.lat is not None else None
        content = draw_photo(caption, inspection.station_name, self.on(day), position)
        return Incoming.read(f"{caption[:20]}.jpg", io.BytesIO(content))

    # -- what follows --------------------------------------------------------------------------

    def _finding(self, failing: StationInspection, key: str, problem: str) -> InspectionFinding:
        with clock.at(self.on(10.5)):
            return service.add_inspection_finding(
                actor=self.inspector,
                request_id=self.once("finding", key),
                inspection_id=failing.id,
                problem=problem,
                owner_name=failing.station.manager_name or "站长",
                deadline=clock.today() + timedelta(days=15),
                criterion_key=key,
                files=[self._photo(failing, problem, 10.4)] if key == "equipment" else [],
            )

    def publish(self, planned: InspectionRound) -> None:
        """The hub: scored, published."""
        with clock.at(self.on(14)):
            self._move(planned, RoundStatus.SCORED)
        with clock.at(self.on(15)):
            self._move(planned, RoundStatus.PUBLISHED)

    def put_right(self, failing: StationInspection, findings: Sequence[InspectionFinding]) -> None:
        """Ordered, rectified, looked at again (one of the two needs a second try), open again."""
        with clock.at(self.on(16)):
            service.order_rectification(
                actor=self.hub,
                request_id=self.once("order"),
                inspection_id=failing.id,
                deadline=clock.today() + timedelta(days=30),
            )
        ledger, equipment = findings
        self._rectify(failing, ledger, "补记了台账，每天关门前做日结。", 20)
        self._rectify(failing, equipment, "打印机修好了，扫码枪重新买了一把。", 20.1)
        self._reinspect(ledger, 24, True, "")
        self._reinspect(equipment, 24.1, False, "冷柜还是不制冷")
        self._rectify(failing, equipment, "冷柜也换了压缩机。", 28)
        self._reinspect(equipment, 31, True, "逐件通电看过")
        with clock.at(self.on(DAYS - 1)):
            service.resolve_rectification(
                actor=self.hub,
                request_id=self.once("resolve"),
                inspection_id=failing.id,
                outcome=RectificationStatus.PASSED,
                reason="两个问题都已销号。",
            )

    def _rectify(self, failing: StationInspection, finding: InspectionFinding, measure: str, day: float) -> None:
        named = self.townships.get(township_of(failing.division_code))
        with clock.at(self.on(day)):
            service.rectify_finding(
                actor=named or Actor(None, "乡镇站管理员", Role.TOWNSHIP_MANAGER, township_of(failing.division_code)),
                request_id=self.once("rectify", finding.criterion_key, day),
                finding_id=finding.id,
                measure=measure,
                rectified_on=clock.today(),
                files=[self._photo(failing, "整改后", day - 0.05)],
            )

    def _reinspect(self, finding: InspectionFinding, day: float, good: bool, remark: str) -> None:
        with clock.at(self.on(day)):
            service.reinspect_finding(
                actor=self.inspector,
                request_id=self.once("reinspect", finding.criterion_key, day),
                finding_id=finding.id,
                good=good,
                remark=remark,
                inspected_on=clock.today(),
            )

    # -- phone checks --------------------------------------------------------------------------

    def call(self, planned: InspectionRound) -> None:
        """Villagers of the round's stations, and people who were trained in the three months before."""
        first = clock.local(self.when).date() - timedelta(days=90)
        wanted = (
            phone_flow.Wanted(PhoneSubject.ROUND, round_id=planned.id),
            phone_flow.Wanted(PhoneSubject.PERIOD, first_day=first, last_day=clock.local(self.when).date()),
        )
        for n, one in enumerate(wanted):
            with clock.at(self.on(11 + n)):
                size = min(CALLED, phone_flow.count_reachable(self.inspector, one))
                if size:
                    self._ask(self._drawn(one, size))

    def _drawn(self, wanted: phone_flow.Wanted, size: int) -> PhoneCheck:
        return phone_flow.draw(
            actor=self.inspector,
            request_id=self.once("draw", wanted.subject.value),
            wanted=wanted,
            seed=SEED,
            sample_size=size,
            purpose="核实巡检的知晓度和满意度" if wanted.round_id else "核实培训是不是真的来了",
        )

    def _ask(self, check: PhoneCheck) -> None:
        rng = random.Random(f"{check.subject.value}:{SEED}")  # noqa: S311  a drawing of examples, not a secret
        for person in phone_checks.all_people(check)[: CALLED - 3]:  # three are still to be called
            lucky = rng.random()
            result = CallResult.REACHED if lucky < 0.8 else CallResult.NOT_REACHED
            yes = rng.random() < 0.9
            phone_checks.record_call(
                actor=self.inspector,
                request_id=self.once("call", check.subject.value, person.position),
                person_id=person.id,
                result=CallResult.WRONG_NUMBER if lucky > 0.96 else result,
                knows=yes,
                attended=yes,
                satisfied=rng.choice((3, 4, 4, 5, 5)) if yes else None,
            )
