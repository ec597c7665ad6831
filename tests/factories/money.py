"""Funds, subsidies and the operator's contract for tests."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.core import clock
from stations.models import ConstructionProject, ProjectStatus, StationKind
from stations.models.fund import FundEntry, SpendingCategory, SubsidyFund
from stations.models.operator_contract import DutyRecord, JobGroup, OperatorContract, OperatorJob
from stations.models.subsidy import Subsidy, SubsidyInstalment
from stations.service import money as service
from stations.service.arriving import Incoming
from tests.factories.acceptance import paper
from tests.factories.actors import HUB, TOWNSHIP_MANAGER
from tests.factories.places import VILLAGE, create_places
from tests.factories.projects import create_planned_station, create_project

_serial = itertools.count(1)
CREDIT_NUMBER = "91110000600037341L"


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def create_fund(*, arrived: int = 0, **overrides: Any) -> SubsidyFund:
    """A fund of 3,000,000 yuan planned; what of it has arrived (fen) came thirty days ago."""
    create_places()
    facts: dict[str, Any] = {
        "actor": HUB,
        "request_id": None,
        "year": 2026,
        "name": f"电子商务进农村综合示范资金{next(_serial)}",
        "document": "县财〔2026〕5 号",
        "planned_fen": 300_000_000,
        "due_on": days_ago(10),
    }
    fund = service.create_fund(**(facts | overrides))
    if arrived:
        create_arrival(fund, amount_fen=arrived)
    return fund


def create_arrival(fund: SubsidyFund, **overrides: Any) -> FundEntry:
    """50,000 yuan from the county's treasury, thirty days ago."""
    facts = {
        "actor": HUB,
        "request_id": None,
        "fund_id": fund.id,
        "day": days_ago(30),
        "amount_fen": 5_000_000,
        "party_name": "县财政局",
        "document": "县财〔2026〕5 号",
    }
    return service.book_arrival(**(facts | overrides))


def create_payment(fund: SubsidyFund, **overrides: Any) -> FundEntry:
    """1,000 yuan for a training, today."""
    facts = {
        "actor": HUB,
        "request_id": None,
        "fund_id": fund.id,
        "day": clock.today(),
        "amount_fen": 100_000,
        "category": SpendingCategory.TRAINING,
        "party_name": "县职教中心",
        "purpose": "电商培训讲课费",
        "voucher": f"PZ-{next(_serial):06d}",
        "file": paper("凭证"),
    }
    return service.pay_out(**(facts | overrides))


def create_accepted_project(**overrides: Any) -> ConstructionProject:
    """A township station's project, accepted ten days ago."""
    facts = {
        "status": ProjectStatus.ACCEPTED,
        "approved_on": days_ago(60),
        "started_on": days_ago(50),
        "completed_on": days_ago(20),
        "accepted_on": days_ago(10),
    }
    return create_project(**(facts | overrides))


def create_village_project(**overrides: Any) -> ConstructionProject:
    """A village point's project, being built since twenty days ago."""
    station = create_planned_station(kind=StationKind.VILLAGE_POINT, division_code=VILLAGE, name="花莲村服务点")
    facts = {
        "status": ProjectStatus.BUILDING,
        "approved_on": days_ago(30),
        "started_on": days_ago(20),
        "approved_fen": 1_000_000,
    }
    return create_project(station, **(facts | overrides))


def create_subsidy(
    fund: SubsidyFund | None = None, project: ConstructionProject | None = None, **overrides: Any
) -> Subsidy:
    """60,000 yuan for an accepted township station, out of a fund in which 100,000 have arrived."""
    fund = fund or create_fund(arrived=10_000_000)
    project = project or create_accepted_project()
    standard = service.find_standard(project)
    assert standard is not None
    facts = {
        "actor": HUB,
        "request_id": None,
        "project_id": project.id,
        "fund_id": fund.id,
        "approved_fen": min(standard.amount_fen, project.approved_fen or 0),
        "own_fen": 0,
        "own_source": "",
        "reference": "县商务〔2026〕21 号",
        "granted_on": project.approved_on,
    }
    return service.grant_subsidy(**(facts | overrides))


def request(part: SubsidyInstalment, **overrides: Any) -> SubsidyInstalment:
    """The township asks, five days ago."""
    facts = {"actor": TOWNSHIP_MANAGER, "request_id": None, "requested_on": days_ago(5), "text": "请予拨付"}
    return service.request_instalment(instalment_id=part.id, **(facts | overrides))


def approve(part: SubsidyInstalment, **overrides: Any) -> SubsidyInstalment:
    """Asked for and approved, three days ago."""
    request(part)
    facts = {"actor": HUB, "request_id": None, "approved_on": days_ago(3)}
    return service.approve_instalment(instalment_id=part.id, **(facts | overrides))


def pay(part: SubsidyInstalment, **overrides: Any) -> SubsidyInstalment:
    """Paid yesterday."""
    facts = {
        "actor": HUB,
        "request_id": None,
        "paid_on": days_ago(1),
        "voucher": f"YH-{next(_serial):06d}",
        "file": paper("凭证"),
    }
    return service.pay_instalment(instalment_id=part.id, **(facts | overrides))


def create_paid_subsidy(**overrides: Any) -> Subsidy:
    """All of it paid."""
    subsidy = create_subsidy(**overrides)
    for part in subsidy.instalments:
        approve(part)
        pay(part)
    return service.get_subsidy(HUB, subsidy.id)


def create_claw_back(subsidy: Subsidy, **overrides: Any) -> FundEntry:
    """20,000 yuan back, today."""
    facts: dict[str, Any] = {
        "actor": HUB,
        "request_id": None,
        "subsidy_id": subsidy.id,
        "amount_fen": 2_000_000,
        "received_on": clock.today(),
        "reason": "站点停业",
        "document": "SK-1",
        "file": paper("收款凭证"),
    }
    return service.claw_back(**(facts | overrides))


def reverse(entry: FundEntry, **overrides: Any) -> FundEntry:
    """Take an entry back."""
    facts = {"actor": HUB, "request_id": None, "reason": "登记错了"}
    return service.reverse_entry(entry_id=entry.id, **(facts | overrides))


def create_contract(fund: SubsidyFund | None = None, **overrides: Any) -> OperatorContract:
    """A year's contract over 500,000 yuan that began 200 days ago."""
    fund = fund or create_fund(arrived=100_000_000)
    facts: dict[str, Any] = {
        "actor": HUB,
        "request_id": None,
        "fund_id": fund.id,
        "number": "YY-2026-01",
        "contractor": "酉阳县武陵电子商务有限公司",
        "contractor_number": CREDIT_NUMBER,
        "starts_on": days_ago(200),
        "ends_on": days_ago(200) + timedelta(days=364),
        "annual_fee_fen": 50_000_000,
        "selection": "公开招标，中标通知书 2026-3 号",
        "file": paper("合同"),
    }
    return service.record_contract(**(facts | overrides))


def create_duty_record(contract: OperatorContract, **overrides: Any) -> DutyRecord:
    """Forty people trained, today."""
    facts: dict[str, Any] = {
        "actor": HUB,
        "request_id": None,
        "contract_id": contract.id,
        "duty_id": contract.duties[0].id,
        "day": clock.today(),
        "amount": Decimal(40),
        "text": "龙潭镇直播培训",
    }
    return service.record_duty(**(facts | overrides))


def create_job(contract: OperatorContract, **overrides: Any) -> OperatorJob:
    """A packer since a hundred days."""
    facts: dict[str, Any] = {
        "actor": HUB,
        "request_id": None,
        "contract_id": contract.id,
        "name": "冉桂芳",
        "work": "打包",
        "group": JobGroup.NONE,
        "from_day": days_ago(100),
    }
    return service.add_job(**(facts | overrides))


def nothing() -> Incoming:
    """A file that is neither a photo nor a paper."""
    import io

    return Incoming.read("凭证.jpg", io.BytesIO(b"MZ not a paper"))
