"""One believable acceptance, walked from the first paper to the signed report, and one dossier awaiting its visit.

Both are made by calling the real services.

The photos are drawings and say so (演示照片); like a telephone's they carry when and where they were taken. The same
station and day give the same files and, run twice, change nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.core import clock, ids
from app.core.access import Actor
from app.core.documents import IssuedDocument
from app.flows import verification_reports
from stations.models import CountResult, Station, StationKind
from stations.models.acceptance import Acceptance, AcceptanceItem, Decision, Evidence, Finding, ItemResult
from stations.models.subject import Subject
from stations.rules.counting import Counted
from stations.seed.pictures import draw_photo, draw_scan
from stations.seed.project import seed_project
from stations.service import acceptance as service
from stations.service import get_station, projects

PAID_FEN = 5_320_000  # what the project was approved for
PROJECT_DAYS = 34  # from the application to the day the dossier is begun
UNLABELLED = 2  # things without a label at the first visit
LOGISTICS = {
    "hub_area": "860 平方米，租用原县供销社仓库。",
    "township_area": "设了 2 个中转点：一个 120 平方米，一个 105 平方米。其余乡镇在综合服务站内中转，不另设。",
}
LOGISTICS_COST_FEN = 182  # what a parcel to the village costs now, as the statement says
TEXTS = {
    "network_test": "下行 96 兆，上行 31 兆，现场用手机测三次取中间值。",
    "area": "26 平方米",
    "one_per_village": "本村没有别的受补助的点。",
    "express_to_village": "邮政、中通、韵达到村，每天一趟。",
    "villages_covered": "是脱贫村；服务本村，邻近两个村民小组也来取件。",
}


def seed_acceptance(
    actor_township: Actor, actor_inspector: Actor, actor_hub: Actor, station_id: UUID, when: datetime
) -> IssuedDocument:
    """Walk the acceptance of a planned station with two findings; ``when`` is the day the dossier is begun.

    The planned station gets its project first, begun ``PROJECT_DAYS`` before; the acceptance takes 36 days. Returns
    the issued report. Raises what the services raise.
    """
    walk = _Walk(actor_township, actor_inspector, actor_hub, get_station(station_id), when)
    acceptance = walk.prepare()
    sign, labels = walk.inspect(acceptance)
    walk.order_rectification(acceptance)
    walk.put_right(sign, labels)
    walk.pass_it(acceptance)
    return walk.pay_and_report(acceptance)


def seed_logistics_dossier(actor_hub: Actor, when: datetime) -> Acceptance:
    """The dossier of the county's two-level logistics, put together by the hub and handed in two days after ``when``.

    Returns it submitted, waiting for the inspector. Raises what the services raise.
    """

    def once(*what: object) -> UUID:
        return ids.derived_id("seed-logistics-dossier", actor_hub.scope_code, when.year, *what)

    with clock.at(when):
        acceptance = service.open_dossier(
            actor=actor_hub,
            request_id=once("open"),
            subject=Subject.LOGISTICS,
            name=f"{when.year} 年县乡村物流",
            year=when.year,
            division_code=actor_hub.scope_code,
            reference_url="/runs",
        )
    acceptance_id, name = acceptance.id, acceptance.subject_name
    with clock.at(when + timedelta(days=1)):
        for item in list(acceptance.items):
            on = when - timedelta(days=3 + item.position)
            is_document = item.evidence is Evidence.DOCUMENT
            service.record_evidence(
                actor=actor_hub,
                request_id=once("evidence", item.key),
                item_id=item.id,
                files=_logistics_files(item, name, on),
                answer=LOGISTICS.get(item.key, ""),
                issuer=acceptance.place_name + "电子商务公共服务中心" if is_document else "",
                dated_on=clock.local(on).date() if is_document else None,
                amount_fen=LOGISTICS_COST_FEN if item.has_amount else None,
            )
    with clock.at(when + timedelta(days=2)):
        return service.submit(actor=actor_hub, request_id=once("submit"), acceptance_id=acceptance_id)


def _logistics_files(item: AcceptanceItem, name: str, on: datetime) -> list[service.Incoming]:
    if item.evidence is Evidence.TEXT:
        return []
    if item.evidence is Evidence.PHOTO:
        return [service.Incoming.read("分拨中心.jpg", io.BytesIO(draw_photo("县级分拨中心", name, on, None)))]
    return [service.Incoming.read(f"{item.label[:20]}.pdf", io.BytesIO(draw_scan(item.label, name, on)))]


@dataclass(frozen=True)
class _Walk:
    township: Actor
    inspector: Actor
    hub: Actor
    station: Station
    when: datetime

    def on(self, days: float) -> datetime:
        return self.when + timedelta(days=days)

    def once(self, *what: object) -> UUID:
        return ids.derived_id("seed-acceptance", self.station.id, *what)

    def prepare(self) -> Acceptance:
        """The township: build, open, put in what is asked for, hand in."""
        project = seed_project(
            self.township, self.inspector, self.hub, self.station.id, self.when - timedelta(days=PROJECT_DAYS)
        )
        with clock.at(self.on(0)):
            acceptance = service.open_acceptance(
                actor=self.township, request_id=self.once("open"), project_id=project.id
            )
        acceptance_id = acceptance.id
        with clock.at(self.on(1)):
            for item in list(acceptance.items):
                self._evidence(acceptance, item)
        with clock.at(self.on(3)):
            return service.submit(actor=self.township, request_id=self.once("submit"), acceptance_id=acceptance_id)

    def _evidence(self, acceptance: Acceptance, item: AcceptanceItem) -> None:
        if item.is_payment or item.key == "geo_photo":
            return  # the money comes after the acceptance, the photo with a position is the inspector's
        answer, files = "", []
        if item.evidence is Evidence.TEXT:
            answer = TEXTS.get(item.key) or self._sign("")
        elif item.evidence is Evidence.PHOTO:
            files = [self.photo(item.label, 0.2, located=item.key != "photo_before")]
        else:
            files = [self.scan(item.label, self.on(-6))]
        is_document = item.evidence is Evidence.DOCUMENT
        service.record_evidence(
            actor=self.township,
            request_id=self.once("evidence", item.key),
            item_id=item.id,
            files=files,
            answer=answer,
            issuer=acceptance.payee_name if is_document else "",
            dated_on=clock.local(self.on(-6)).date() if is_document else None,
            amount_fen=PAID_FEN if item.key == "invoices" else None,
        )

    def _sign(self, words: str) -> str:
        village = self.station.kind is StationKind.VILLAGE_POINT
        return f"{self.station.division.short_name}{words}{'服务点' if village else '综合服务站'}"

    def inspect(self, acceptance: Acceptance) -> tuple[Finding, Finding]:
        """The inspector: judge every item on site, write down two problems."""
        with clock.at(self.on(10)):
            problems = self._problems(acceptance)
            for item in list(acceptance.items):
                if not item.is_payment:
                    self._judge(item, problems.get(item.key))
            self._count(leave_out=UNLABELLED)
            sign, labels = (
                service.add_finding(
                    actor=self.inspector,
                    request_id=self.once("finding", key),
                    acceptance_id=acceptance.id,
                    item_id=next(item.id for item in acceptance.items if item.key == key),
                    problem=problem,
                    owner_name=self.township.name,
                    deadline=clock.local(self.on(25)).date(),
                )
                for key, problem in problems.items()
            )
            service.close_inspection(
                actor=self.inspector,
                request_id=self.once("inspected"),
                acceptance_id=acceptance.id,
                inspected_on=clock.today(),
            )
        return sign, labels

    def _count(self, *, leave_out: int) -> None:
        """The inspector goes through the labels; the last few can't be found at first."""
        units = projects.units_of_station(self.station.id)
        seen = units[: len(units) - leave_out]
        projects.count_assets(
            actor=self.inspector,
            request_id=self.once("count", leave_out),
            station_id=self.station.id,
            checked_on=clock.today(),
            counted=[Counted(unit.number, CountResult.PRESENT) for unit in seen],
        )

    @staticmethod
    def _problems(acceptance: Acceptance) -> dict[str, str]:
        """What was wrong, by the key of the item."""
        known = {item.key for item in acceptance.items}
        second = "equipment_list" if "equipment_list" in known else "parcel_basket"
        return {
            "sign_text": "招牌上少了“电子商务”四个字，和站点名称不一致",
            second: "两件设备没有贴资产标签，和清单对不上",
        }

    def _judge(self, item: AcceptanceItem, wrong: str | None) -> None:
        extra = [self.photo("站点全景", 10.05)] if item.key in {"geo_photo", "effect_photos"} else []
        service.judge_item(
            actor=self.inspector,
            request_id=self.once("judge", item.key),
            item_id=item.id,
            result=ItemResult.MISMATCH if wrong else ItemResult.QUALIFIED,
            remark=wrong or "",
            files=extra,
            caption="站点全景",
        )

    def order_rectification(self, acceptance: Acceptance) -> None:
        """The hub: not yet."""
        with clock.at(self.on(11)):
            self._decide(acceptance, Decision.RECTIFICATION, "招牌和资产标签两处不符，限期整改后复验。")

    def _decide(self, acceptance: Acceptance, decision: Decision, opinion: str) -> None:
        service.decide(
            actor=self.hub,
            request_id=self.once("decide", decision.value),
            acceptance_id=acceptance.id,
            version=self._version(acceptance, decision),
            decision=decision,
            opinion=opinion,
            township_signer=self.township.name,
            bureau_signer=self.hub.name,
            third_party="重庆同信会计师事务所",
            third_party_signer="何敏",
            decided_on=clock.today(),
        )

    def _version(self, acceptance: Acceptance, decision: Decision) -> int:
        """The version that is read now; run again, the one that was decided on, so that the request is the same one."""
        for row in acceptance.decisions:
            if row.decision is decision:
                return row.version
        return acceptance.version

    def put_right(self, sign: Finding, labels: Finding) -> None:
        """Rectified and looked at again; one of the two needs a second try."""
        for finding, measure in ((sign, "重做了招牌，名称和批复一致。"), (labels, "补贴了资产标签。")):
            self._rectify(finding, measure, 18)
        self._reinspect(sign, good=True, remark="", day=20)
        self._reinspect(labels, good=False, remark="冷柜的标签还没有贴", day=20)
        self._rectify(labels, "冷柜的标签也贴好了，清单重新核对过。", 22)
        self._reinspect(labels, good=True, remark="十二件全部核对一致", day=24)
        with clock.at(self.on(24.02)):
            self._count(leave_out=0)
        with clock.at(self.on(24.05)):
            service.record_evidence(
                actor=self.township,
                request_id=self.once("sign-again"),
                item_id=sign.item_id or sign.id,
                answer=self._sign("电子商务"),
            )
        with clock.at(self.on(24.1)):
            for finding in (sign, labels):
                service.judge_item(
                    actor=self.inspector,
                    request_id=self.once("judge-again", finding.id),
                    item_id=finding.item_id or finding.id,
                    result=ItemResult.QUALIFIED,
                    remark="整改后复验合格",
                )

    def _rectify(self, finding: Finding, measure: str, day: int) -> None:
        with clock.at(self.on(day)):
            service.rectify(
                actor=self.township,
                request_id=self.once("rectify", finding.id, day),
                finding_id=finding.id,
                measure=measure,
                rectified_on=clock.today(),
                files=[self.photo(f"整改后 {measure}", day - 0.04)],
            )

    def _reinspect(self, finding: Finding, *, good: bool, remark: str, day: int) -> None:
        with clock.at(self.on(day)):
            service.reinspect(
                actor=self.inspector,
                request_id=self.once("reinspect", finding.id, day),
                finding_id=finding.id,
                good=good,
                remark=remark,
                inspected_on=clock.today(),
            )

    def pass_it(self, acceptance: Acceptance) -> None:
        """The hub: passed; the station moves on."""
        with clock.at(self.on(26)):
            self._decide(acceptance, Decision.PASSED, "资料齐全，整改到位，同意验收合格。")

    def pay_and_report(self, acceptance: Acceptance) -> IssuedDocument:
        """The subsidy goes to the township, its voucher into the dossier, the report out."""
        voucher = next((item for item in acceptance.items if item.is_payment), None)
        if voucher is not None:
            with clock.at(self.on(33)):
                service.record_evidence(
                    actor=self.township,
                    request_id=self.once("voucher"),
                    item_id=voucher.id,
                    files=[self.scan(voucher.label, self.on(32))],
                    issuer="县财政国库支付中心",
                    dated_on=clock.local(self.on(32)).date(),
                    amount_fen=PAID_FEN,
                )
        with clock.at(self.on(36)):
            return verification_reports.issue_report(
                actor=self.hub, request_id=self.once("report"), acceptance_id=acceptance.id
            )

    def photo(self, caption: str, day: float, *, located: bool = True) -> service.Incoming:
        """A drawn photo, taken ``day`` days after the start at the station, if it is known where that is."""
        place = self.station.division
        position = (place.lon, place.lat) if located and place.lon is not None and place.lat is not None else None
        content = draw_photo(caption, place.short_name, self.on(day), position)
        return service.Incoming.read(f"{caption[:20]}.jpg", io.BytesIO(content))

    def scan(self, title: str, at: datetime) -> service.Incoming:
        """A paper that says what it stands for."""
        content = draw_scan(title, self.station.name, at)
        return service.Incoming.read(f"{title[:20]}.pdf", io.BytesIO(content))
