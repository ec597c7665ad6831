"""A believable example of public money, made by calling the real services.

One fund with its arrivals, the subsidies of some accepted projects at every stage, and the operator's contract with
months of records. The papers are drawn and say so. Run twice it changes nothing.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from app.core import clock, ids
from app.core.access import Actor
from app.core.command import command
from stations.models import ConstructionProject, ProjectStatus
from stations.models.fund import SpendingCategory, SubsidyFund
from stations.models.operator_contract import JobGroup, OperatorContract, OperatorDuty
from stations.models.subsidy import InstalmentStatus, Subsidy
from stations.seed.pictures import draw_scan
from stations.service import money as service
from stations.service.arriving import Incoming
from stations.service.projects import get_project

BUREAU = "酉阳县财政局"
OPERATOR = (
    "酉阳县武陵山电子商务有限公司",
    "91500242MA5U000015",
)  # the code's check character fits; the firm is invented
SPENDING = (
    (SpendingCategory.UPSTREAM, "产地初加工和分级包装设备", "重庆渝东农业装备有限公司", 98_600_000, 60),
    (SpendingCategory.UPSTREAM, "农产品检测和质量追溯设备", "重庆信测仪器有限公司", 41_250_000, 95),
    (SpendingCategory.LOGISTICS, "县级分拨中心分拣线", "重庆速达物流装备有限公司", 36_800_000, 110),
    (SpendingCategory.TRAINING, "电商培训讲课和资料", "酉阳县职业教育中心", 12_400_000, 150),
    (SpendingCategory.UPSTREAM, "花椒油、苦荞茶包装设计和打样", "重庆本味品牌策划有限公司", 18_500_000, 170),
)
JOBS = ("客服", "打包", "分拣", "直播", "美工", "仓管", "配送", "培训助理")
SURNAMES, GIVEN = "冉田白彭石杨张向吴陈", ("桂芳", "世华", "光明", "小丽", "茂林", "秀英", "建国", "春梅")
GROUPS = (JobGroup.NONE, JobGroup.POOR, JobGroup.NONE, JobGroup.DISABLED, JobGroup.RETURNED, JobGroup.MONITORED)
DID = {
    "training": ("直播带货培训", 52),
    "consulting": ("上门解答开店和发货问题", 21),
    "design": ("包装图样交付", 4),
    "incubation": ("新开网店上架", 2),
    "matching": ("合作社与商超签约", 2),
    "station_visits": ("到村站指导收发件", 41),
    "promotion": ("产地直播专场", 1),
}


@command
def seed_money(
    actor_hub: Actor, actor_township: dict[str, Actor], project_ids: Sequence[UUID], when: datetime, until: datetime
) -> SubsidyFund:
    """Make the example: the fund opens ``when``, nothing is dated after ``until``.

    ``actor_township`` are the managers by their division code; a project of a township without one is asked for by the
    hub. ``project_ids`` are projects that were approved, most of them accepted; one of them stays unpaid. Returns the
    fund. All in one transaction. Raises what the services raise.
    """
    walk = _Walk(actor_hub, actor_township, when, until)
    fund = walk.fund()
    for number, project_id in enumerate(project_ids):
        walk.subsidy(fund, project_id, number)
    walk.spending(fund)
    walk.operator(fund)
    return fund


@dataclass(frozen=True)
class _Walk:
    hub: Actor
    townships: dict[str, Actor]
    when: datetime
    until: datetime

    def once(self, *what: object) -> UUID:
        return ids.derived_id("seed-money", self.when.isoformat(), *what)

    def after(self, days: int) -> datetime:
        return min(self.when + timedelta(days=days), self.until)

    def day(self, at: datetime) -> date:
        return clock.local(at).date()

    def at(self, day: date) -> datetime:
        """Noon of a day, within the example's time."""
        return min(max(clock.at_local(day, 12), self.when), self.until)

    def paper(self, title: str, subject: str, at: datetime) -> Incoming:
        return Incoming.read(f"{title}.pdf", io.BytesIO(draw_scan(title, subject, at)))

    def fund(self) -> SubsidyFund:
        """The fund, and two arrivals."""
        year = self.day(self.when).year
        with clock.at(self.when):
            fund = service.create_fund(
                actor=self.hub,
                request_id=self.once("fund"),
                year=year,
                name="电子商务进农村综合示范资金",
                document=f"渝财产业〔{year}〕31 号",
                planned_fen=300_000_000,
                due_on=self.day(self.after(120)),
            )
        for n, (days, fen) in enumerate(((20, 180_000_000), (100, 120_000_000)), 1):
            with clock.at(self.after(days)):
                service.book_arrival(
                    actor=self.hub,
                    request_id=self.once("arrival", n),
                    fund_id=fund.id,
                    day=clock.today(),
                    amount_fen=fen,
                    party_name=BUREAU,
                    document=f"国库支付 {year}-{n:03d}",
                    file=self.paper(f"到账通知第 {n} 笔", fund.name, self.after(days)),
                )
        return fund

    def subsidy(self, fund: SubsidyFund, project_id: UUID, number: int) -> None:
        """Granted after the approval; asked for, approved and paid as far as the project and its turn allow."""
        project = get_project(self.hub, project_id)
        standard = service.find_standard(project)
        if standard is None or project.approved_on is None or project.approved_fen is None:
            return
        granted = self.at(project.approved_on + timedelta(days=7))
        with clock.at(granted):
            subsidy = service.grant_subsidy(
                actor=self.hub,
                request_id=self.once("grant", project_id),
                project_id=project_id,
                fund_id=fund.id,
                approved_fen=min(standard.amount_fen, project.approved_fen),
                own_fen=1_500_000 if number % 2 == 0 else 0,
                own_source="乡镇自筹和合作社投入" if number % 2 == 0 else "",
                reference=f"县商务〔{granted.year}〕{40 + number} 号",
                granted_on=clock.today(),
            )
        if project.status is ProjectStatus.ACCEPTED and project.accepted_on is not None:
            self._pay(subsidy, project, number)

    def _pay(self, subsidy: Subsidy, project: ConstructionProject, number: int) -> None:
        asker = self.townships.get(subsidy.payee_code, self.hub)
        first = max(self.at(project.accepted_on or self.day(self.until)), self.after(25))
        for part in list(subsidy.instalments):
            facts = {"instalment_id": part.id}
            with clock.at(min(first + timedelta(days=4), self.until)):
                service.request_instalment(
                    actor=asker,
                    request_id=self.once("request", part.id),
                    requested_on=clock.today(),
                    text="已验收合格，请予拨付。",
                    **facts,
                )
            if number % 4 == 3:
                continue  # this one waits for the hub
            with clock.at(min(first + timedelta(days=8), self.until)):
                service.approve_instalment(
                    actor=self.hub, request_id=self.once("approve", part.id), approved_on=clock.today(), **facts
                )
            if number % 4 == 2:
                continue  # this one waits for its payment
            with clock.at(min(first + timedelta(days=12), self.until)):
                paid = service.pay_instalment(
                    actor=self.hub,
                    request_id=self.once("pay", part.id),
                    paid_on=clock.today(),
                    voucher=f"支付 {clock.today():%Y%m}-{number + 1:03d}{part.position}",
                    file=self.paper("银行凭证", subsidy.station_name, clock.now()),
                    **facts,
                )
            if asker is not self.hub and paid.status is InstalmentStatus.PAID:
                with clock.at(min(first + timedelta(days=14), self.until)):
                    service.confirm_receipt(
                        actor=asker, request_id=self.once("receipt", part.id), received_on=clock.today(), **facts
                    )

    def spending(self, fund: SubsidyFund) -> None:
        """What else the fund paid for, one of them booked wrongly and put right."""
        for n, (category, purpose, party, fen, days) in enumerate(SPENDING, 1):
            if self.after(days) >= self.until:
                continue
            with clock.at(self.after(days)):
                self._spend(fund, str(n), category, purpose, party, fen)
        if self.after(62) < self.until:
            with clock.at(self.after(61)):
                wrong = self._spend(fund, "099", SpendingCategory.UPSTREAM, SPENDING[0][1], "重庆渝东农机公司", 98_600)
            with clock.at(self.after(62)):
                service.reverse_entry(
                    actor=self.hub,
                    request_id=self.once("reverse"),
                    entry_id=wrong,
                    reason="单位和金额都写错，凭证属于另一笔",
                )

    def _spend(
        self, fund: SubsidyFund, key: str, category: SpendingCategory, purpose: str, party: str, fen: int
    ) -> UUID:
        entry = service.pay_out(
            actor=self.hub,
            request_id=self.once("spend", key),
            fund_id=fund.id,
            day=clock.today(),
            amount_fen=fen,
            category=category,
            party_name=party,
            purpose=purpose,
            voucher=f"支付 {clock.today():%Y%m}-{key}",
            file=self.paper("银行凭证", party, clock.now()),
        )
        return entry.id

    def operator(self, fund: SubsidyFund) -> None:
        """A year's contract with records, jobs, and the first half-year assessed and paid when it is over."""
        starts = self.day(self.after(30))
        with clock.at(self.after(30)):
            contract = service.record_contract(
                actor=self.hub,
                request_id=self.once("contract"),
                fund_id=fund.id,
                number=f"YY-{starts.year}-01",
                contractor=OPERATOR[0],
                contractor_number=OPERATOR[1],
                starts_on=starts,
                ends_on=starts + timedelta(days=364),
                annual_fee_fen=50_000_000,
                selection=f"公开招标，中标通知书 {starts.year}-3 号",
                file=self.paper("运营合同", OPERATOR[0], self.after(30)),
            )
        chance = Random(f"seed-money:{starts}")  # noqa: S311  a drawing of examples, not a secret
        for duty in list(contract.duties):
            self._records(contract, duty, chance)
        self._jobs(contract)
        self._first_half(contract)

    def _records(self, contract: OperatorContract, duty: OperatorDuty, chance: Random) -> None:
        """One record a month for each duty, a little ahead of or behind the plan."""
        what, each = DID[duty.key]
        day = contract.starts_on + timedelta(days=6)
        while clock.at_local(day, 17) < self.until and day <= contract.ends_on:
            amount = Decimal(max(1, round(each * chance.uniform(0.7, 1.4))))
            with clock.at(clock.at_local(day, 17)):
                service.record_duty(
                    actor=self.hub,
                    request_id=self.once("record", duty.key, day),
                    contract_id=contract.id,
                    duty_id=duty.id,
                    day=day,
                    amount=amount,
                    text=what,
                )
            day += timedelta(days=chance.choice((24, 30, 33)))

    def _jobs(self, contract: OperatorContract) -> None:
        proof = self.paper("人员类别证明", contract.contractor, self.when)
        for n in range(27):
            day = contract.starts_on + timedelta(days=3 * n)
            if clock.at_local(day, 9) >= self.until:
                return
            group = GROUPS[n % len(GROUPS)]
            with clock.at(clock.at_local(day, 9)):
                service.add_job(
                    actor=self.hub,
                    request_id=self.once("job", n),
                    contract_id=contract.id,
                    name=SURNAMES[n % len(SURNAMES)] + GIVEN[n % len(GIVEN)],
                    work=JOBS[n % len(JOBS)],
                    group=group,
                    from_day=day,
                    file=None if group is JobGroup.NONE else proof,
                )

    def _first_half(self, contract: OperatorContract) -> None:
        part = contract.instalments[0]
        assessed = clock.at_local(part.due_on + timedelta(days=9), 15)
        if assessed + timedelta(days=5) >= self.until:
            return
        with clock.at(assessed):
            service.assess_instalment(
                actor=self.hub,
                request_id=self.once("assess"),
                instalment_id=part.id,
                score=86,
                assessed_on=clock.today(),
                opinion="培训和站点指导完成较好，供需对接偏少。",
            )
        with clock.at(assessed + timedelta(days=5)):
            service.pay_fee(
                actor=self.hub,
                request_id=self.once("fee"),
                instalment_id=part.id,
                paid_on=clock.today(),
                voucher=f"支付 {clock.today():%Y%m}-YY1",
                file=self.paper("银行凭证", contract.contractor, clock.now()),
            )
