"""One believable construction project, walked from the application to the self-inspection by calling the real services.

The photos are drawings and say so (演示照片). The same station and day give the same project and, run twice, change
nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.core import clock, ids
from app.core.access import Actor
from stations.models import (
    BudgetCategory,
    ConstructionProject,
    ContractKind,
    Equipment,
    Invoice,
    Level,
    ProjectStatus,
    Station,
    StationKind,
)
from stations.rules.projects import BudgetLine, InvoicedThing
from stations.seed.pictures import draw_photo, draw_scan
from stations.service import get_station, list_divisions, list_stations, register_station
from stations.service import projects as service
from stations.service.arriving import Incoming

PLANNED_BEFORE = 10  # days from the plan to the application
DAYS = 31  # from the application to the self-inspection
THINGS = (  # name, model, quantity, unit, price of one in fen
    ("货架", "1.8 米四层", "6", "组", 60_000),
    ("台式电脑", "一体机 23.8 寸", "2", "台", 430_000),
    ("热敏面单打印机", "80 毫米", "1", "台", 98_000),
    ("电子台秤", "150 千克", "1", "台", 76_000),
    ("冷柜", "388 升", "1", "台", 265_000),
    ("柜台、展架和显示屏", "定制", "1", "批", 1_541_000),
)
WORKS = (
    ("门头招牌和灯箱", "铝塑板 6 米", "1", "块", 860_000),
    ("墙面粉刷", "", "180", "平方米", 3_500),
    ("电路改造", "铜芯线", "1", "项", 650_000),
)
POINTS = {
    "township_station": {
        "crowd": 17,
        "road": 13,
        "premises": 20,
        "area": 12,
        "network": 9,
        "operator": 8,
        "distance": 8,
    },
    "village_point": {"crowd": 16, "road": 12, "premises": 20, "area": 8, "network": 11, "operator": 9, "distance": 7},
}


def seed_project(
    actor_township: Actor,
    actor_inspector: Actor,
    actor_hub: Actor,
    station_id: UUID,
    when: datetime,
    until: ProjectStatus = ProjectStatus.COMPLETED,
) -> ConstructionProject:
    """Walk the project of a planned station as far as ``until``; ``when`` is the day of the application.

    It takes ``DAYS`` days. The township's actor covers the station. Raises what the services raise.
    """
    walk = _Walk(actor_township, actor_inspector, actor_hub, get_station(station_id), when)
    order = [ProjectStatus.APPLIED, ProjectStatus.SCORED, ProjectStatus.APPROVED]
    order += [ProjectStatus.BUILDING, ProjectStatus.COMPLETED]
    steps = (walk.score, walk.approve, walk.build, walk.complete)
    project = walk.apply()
    for step in steps[: order.index(until)]:
        step(project)
    return project


def free_village(scope_code: str) -> str | None:
    """The first village of a scope where no station stands or is planned; None when there is none."""
    taken = {station.division_code for station in list_stations(scope_code=scope_code)}
    villages = list_divisions(Level.VILLAGE, scope_code)
    return next((village.code for village in villages if village.code not in taken), None)


def seed_new_point(
    actor_township: Actor,
    actor_inspector: Actor,
    actor_hub: Actor,
    village_code: str,
    when: datetime,
    until: ProjectStatus = ProjectStatus.COMPLETED,
) -> ConstructionProject:
    """Plan a village point ``PLANNED_BEFORE`` days before ``when`` and walk its project as far as ``until``.

    Raises what the services raise.
    """
    with clock.at(when - timedelta(days=PLANNED_BEFORE)):
        station = register_station(
            actor=actor_hub,
            request_id=ids.derived_id("seed-project", "plan", village_code),
            kind=StationKind.VILLAGE_POINT,
            division_code=village_code,
            reason="列入本年计划",
        )
    return seed_project(actor_township, actor_inspector, actor_hub, station.id, when, until)


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
        return ids.derived_id("seed-project", self.station.id, *what)

    def apply(self) -> ConstructionProject:
        """The township: what it wants to build, why, and what that costs."""
        place = self.station.division.short_name
        with clock.at(self.on(0)):
            return service.apply_project(
                actor=self.township,
                request_id=self.once("apply"),
                station_id=self.station.id,
                purpose=f"{place}没有电商服务场所，群众寄件、代买代卖要到外地去。房屋由村集体免租提供五年，门口通班车。",
                builder_name=f"{place}兴农电子商务专业合作社",
                applied_on=clock.today(),
                lines=self._budget(),
                files=[self.scan("建设申请和方案", self.on(-1))],
            )

    @staticmethod
    def _budget() -> list[BudgetLine]:
        lots = [(BudgetCategory.EQUIPMENT, row) for row in THINGS] + [
            (BudgetCategory.REFURBISHMENT, row) for row in WORKS
        ]
        return [
            BudgetLine(category, name, model, Decimal(quantity), unit, price)
            for category, (name, model, quantity, unit, price) in lots
        ]

    def score(self, project: ConstructionProject) -> None:
        """The inspector on the site."""
        with clock.at(self.on(5)):
            service.score_site(
                actor=self.inspector,
                request_id=self.once("score"),
                project_id=project.id,
                visited_on=clock.today(),
                points=POINTS[self.station.kind.value],
                remarks={"premises": "看过五年免租协议", "road": "门口是乡道，4.2 米货车能进"},
                opinion="位置合适，房屋有协议，同意选址。",
                files=[self.photo("选址外景", 5), self.photo("门前道路", 5)],
            )

    def approve(self, project: ConstructionProject) -> None:
        """The hub: less than was asked for."""
        with clock.at(self.on(9)):
            service.approve_project(
                actor=self.hub,
                request_id=self.once("approve"),
                project_id=project.id,
                version=2,  # applied, scored
                equipment_fen=3_200_000,
                refurbishment_fen=2_120_000,
                reference=f"县商务〔{clock.today().year}〕17 号",
                approved_on=clock.today(),
            )

    def build(self, project: ConstructionProject) -> None:
        """The township: contracts signed, builders on the site."""
        with clock.at(self.on(11)):
            for n, (kind, subject, firm, amount) in enumerate(
                (
                    (ContractKind.QUOTE, "货架、电脑等设备采购", "重庆市黔江区恒达办公设备有限公司", 3_200_000),
                    (ContractKind.QUOTE, "门头、墙面、电路改造", "酉阳县城南装饰工程队", 2_120_000),
                ),
                1,
            ):
                service.add_contract(
                    actor=self.township,
                    request_id=self.once("contract", n),
                    project_id=project.id,
                    number=f"{project.number[:4]}-{self.station.code}-{n}",
                    kind=kind,
                    subject=subject,
                    counterparty=firm,
                    counterparty_number="",
                    signed_on=clock.today(),
                    amount_fen=amount,
                    files=[self.scan(f"{subject}合同", self.on(11))],
                )
        with clock.at(self.on(12)):
            service.start_building(
                actor=self.township,
                request_id=self.once("start"),
                project_id=project.id,
                started_on=clock.today(),
            )

    def complete(self, project: ConstructionProject) -> None:
        """The township: equipment and invoices booked, looked at itself."""
        with clock.at(self.on(28)):
            things = self._equipment(project)
            self._invoices(project, things)
        with clock.at(self.on(DAYS)):
            service.complete_project(
                actor=self.township,
                request_id=self.once("complete"),
                project_id=project.id,
                completed_on=clock.today(),
                report="门头、墙面、电路已完工，设备全部到位并贴好资产标签，逐件和清单、发票核对一致。",
                files=[self.photo("完工后门头", DAYS), self.photo("完工后室内", DAYS)],
            )

    def _equipment(self, project: ConstructionProject) -> list[Equipment]:
        return [
            service.add_equipment(
                actor=self.township,
                request_id=self.once("equipment", n),
                project_id=project.id,
                name=name,
                model=model,
                quantity=Decimal(quantity),
                unit=unit,
                amount_fen=int(Decimal(quantity) * price),
            )
            for n, (name, model, quantity, unit, price) in enumerate(THINGS, 1)
        ]

    def _invoices(self, project: ConstructionProject, things: list[Equipment]) -> list[Invoice]:
        contracts = {contract.amount_fen: contract.id for contract in project.contracts}
        bought = [InvoicedThing(thing.name, thing.quantity, thing.id) for thing in things]
        return [
            service.add_invoice(
                actor=self.township,
                request_id=self.once("invoice", n),
                project_id=project.id,
                number=f"{clock.today():%y}50{self.station.code:0>14}{n:02d}",
                code="",
                issued_on=clock.today() - timedelta(days=4 - n),
                seller=seller,
                amount_fen=amount,
                tax_fen=tax,
                contract_id=contracts.get(amount),
                lines=lines,
            )
            for n, (seller, amount, tax, lines) in enumerate(
                (
                    ("重庆市黔江区恒达办公设备有限公司", 3_200_000, 368_142, bought),
                    ("酉阳县城南装饰工程队", 2_120_000, 175_046, []),
                ),
                1,
            )
        ]

    def photo(self, caption: str, day: float) -> Incoming:
        """A drawn photo, taken ``day`` days after the application at the station, if it is known where that is."""
        place = self.station.division
        position = (place.lon, place.lat) if place.lon is not None and place.lat is not None else None
        content = draw_photo(caption, place.short_name, self.on(day), position)
        return Incoming.read(f"{caption[:20]}.jpg", io.BytesIO(content))

    def scan(self, title: str, at: datetime) -> Incoming:
        """A paper that says what it stands for."""
        return Incoming.read(f"{title[:20]}.pdf", io.BytesIO(draw_scan(title, self.station.name, at)))
