"""Public money through the services, on both engines: funds, subsidies, claw-backs, reversals, the operator."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.moves import IllegalMove
from stations.errors import NotEnoughMoney, NotFunded, NotPayable, SubsidyExists
from stations.models import ConstructionProject, ProjectStatus, StationKind
from stations.models.fund import EntryKind, FundEntry, SpendingCategory
from stations.models.operator_contract import JobGroup, OperatorInstalmentStatus
from stations.models.subsidy import InstalmentStatus, Subsidy, SubsidyStatus
from stations.service import money as service
from tests.factories import money as make
from tests.factories.acceptance import paper
from tests.factories.actors import HUB, OFFICIAL, OTHER_MANAGER, TOWNSHIP_MANAGER
from tests.factories.places import OTHER_TOWNSHIP, TOWNSHIP, VILLAGE

pytestmark = pytest.mark.usefixtures("session")


def balance(fund: Any) -> int:
    return service.fund_overview(fund).balance


# -- the account -----------------------------------------------------------------------------------


def test_money_comes_in_goes_out_and_the_balance_is_the_sum() -> None:
    fund = make.create_fund(arrived=5_000_000)
    make.create_payment(fund, amount_fen=1_200_000)
    back = {
        "actor": HUB,
        "request_id": None,
        "fund_id": fund.id,
        "day": clock.today(),
        "reason": "结余",
        "document": "1",
    }
    service.return_to_treasury(**back, amount_fen=800_000)
    seen = service.fund_overview(fund)
    assert (seen.arrived, seen.paid, seen.returned, seen.balance) == (5_000_000, 1_200_000, 800_000, 3_000_000)
    assert dict(seen.categories)[SpendingCategory.TRAINING] == 1_200_000
    assert service.check_funds() == []
    with pytest.raises(NotEnoughMoney) as caught:
        service.return_to_treasury(**back, amount_fen=3_000_001)
    assert caught.value.field == "amount"


def test_a_fund_exists_once_in_a_year() -> None:
    fund = make.create_fund()
    with pytest.raises(Conflict) as caught:
        make.create_fund(name=fund.name)
    assert caught.value.field == "name"


def test_a_payment_dated_before_the_money_came_is_refused() -> None:
    fund = make.create_fund(arrived=5_000_000)
    with pytest.raises(NotEnoughMoney):
        make.create_payment(fund, day=make.days_ago(31))
    assert balance(fund) == 5_000_000


@pytest.mark.parametrize(
    "change, error, field",
    [
        ({"amount_fen": 5_000_001}, NotEnoughMoney, "amount"),
        ({"amount_fen": 0}, InvalidInput, "amount"),
        ({"purpose": "乡镇办公楼装修"}, NotFunded, "purpose"),
        ({"voucher": " "}, InvalidInput, "voucher"),
        ({"file": None}, InvalidInput, "file"),
        ({"day": make.days_ago(-1)}, InvalidInput, "day"),
    ],
)
def test_a_wrong_payment_is_told_at_its_field(change: dict[str, Any], error: type[Exception], field: str) -> None:
    fund = make.create_fund(arrived=5_000_000)
    with pytest.raises(error) as caught:
        make.create_payment(fund, **change)
    assert caught.value.field == field  # type: ignore[attr-defined]
    assert balance(fund) == 5_000_000


def test_a_file_that_is_no_paper_is_refused_and_nothing_is_booked() -> None:
    fund = make.create_fund(arrived=5_000_000)
    with pytest.raises(InvalidInput) as caught:
        make.create_payment(fund, file=make.nothing())
    assert caught.value.field == "file"
    assert balance(fund) == 5_000_000


def test_a_voucher_pays_once_unless_its_payment_was_reversed() -> None:
    fund = make.create_fund(arrived=5_000_000)
    first = make.create_payment(fund, voucher="PZ-1")
    with pytest.raises(InvalidInput) as caught:
        make.create_payment(fund, voucher="PZ-1 ")
    assert caught.value.field == "voucher"
    make.reverse(first)
    make.create_payment(fund, voucher="PZ-1")
    assert balance(fund) == 4_900_000


def test_a_reversed_entry_stays_and_can_not_be_reversed_again() -> None:
    fund = make.create_fund(arrived=5_000_000)
    wrong = make.create_payment(fund)
    back = make.reverse(wrong, reason="付给了别人")
    assert (back.amount_fen, back.reverses_id, back.purpose) == (100_000, wrong.id, "付给了别人")
    for entry in (wrong, back):
        with pytest.raises(InvalidInput):
            make.reverse(entry)
    assert service.fund_overview(fund).paid == 0
    assert service.check_funds() == []


def test_an_arrival_that_was_spent_can_not_be_reversed() -> None:
    fund = make.create_fund()
    arrival = make.create_arrival(fund)
    paid = make.create_payment(fund)
    with pytest.raises(NotEnoughMoney):
        make.reverse(arrival)
    make.reverse(paid)
    make.reverse(arrival)
    assert (balance(fund), service.check_funds()) == (0, [])


def test_a_reversal_needs_a_reason() -> None:
    entry = make.create_arrival(make.create_fund())
    with pytest.raises(InvalidInput) as caught:
        make.reverse(entry, reason=" ")
    assert caught.value.field == "reason"


def test_the_same_request_books_once() -> None:
    fund = make.create_fund()
    once, day = uuid.uuid4(), make.days_ago(3)
    first = make.create_arrival(fund, request_id=once, day=day)
    assert make.create_arrival(fund, request_id=once, day=day).id == first.id
    assert balance(fund) == 5_000_000


def test_entries_can_not_be_changed_behind_the_books() -> None:
    entry = make.create_arrival(make.create_fund())
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(sa.update(FundEntry).where(FundEntry.id == entry.id).values(amount_fen=1))


# -- granting --------------------------------------------------------------------------------------


def test_a_key_township_is_granted_a_hundred_thousand_by_the_standard_of_its_approval() -> None:
    project = make.create_accepted_project(is_key=True, approved_fen=20_000_000)
    subsidy = make.create_subsidy(project=project)
    assert (subsidy.standard_fen, subsidy.approved_fen, subsidy.payee_name) == (
        10_000_000,
        10_000_000,
        "龙潭镇人民政府",
    )
    assert [part.amount_fen for part in subsidy.instalments] == [10_000_000]
    assert "核定龙潭镇电子商务综合服务站建设补助 ¥100,000.00" in audit.history(subsidy)[0].text


def test_a_village_point_is_paid_in_two_parts_that_sum_to_the_whole() -> None:
    subsidy = make.create_subsidy(project=make.create_village_project(approved_fen=999_999))
    assert [part.amount_fen for part in subsidy.instalments] == [300_000, 699_999]
    assert [part.before_acceptance for part in subsidy.instalments] == [True, False]


@pytest.mark.parametrize(
    "change, field",
    [
        ({"approved_fen": 6_000_001}, "approved"),
        ({"approved_fen": 0}, "approved"),
        ({"own_fen": -1}, "own"),
        ({"granted_on": make.days_ago(61)}, "granted_on"),
        ({"granted_on": make.days_ago(-1)}, "granted_on"),
    ],
)
def test_a_wrong_grant_is_told_at_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        make.create_subsidy(**change)
    assert caught.value.field == field


def test_no_more_is_granted_than_was_approved_for_the_project() -> None:
    project = make.create_accepted_project(approved_fen=5_000_000)
    with pytest.raises(InvalidInput, match=r"50,000\.00"):
        make.create_subsidy(project=project, approved_fen=5_000_001)


def test_a_payee_that_is_no_township_is_refused() -> None:
    project = make.create_accepted_project(payee_code=VILLAGE)
    with pytest.raises(InvalidInput) as caught:
        make.create_subsidy(project=project)
    assert caught.value.field == "payee_code"


@pytest.mark.parametrize("status", [ProjectStatus.APPLIED, ProjectStatus.WITHDRAWN])
def test_an_unapproved_project_is_granted_nothing(status: ProjectStatus) -> None:
    with pytest.raises(NotPayable):
        make.create_subsidy(project=make.create_accepted_project(status=status))


def test_a_project_and_a_place_are_granted_once() -> None:
    first = make.create_subsidy(project=make.create_village_project())
    with pytest.raises(SubsidyExists) as caught:
        make.create_subsidy(project=db.session.get_one(ConstructionProject, first.project_id))
    assert caught.value.field == "project_id"
    second_point = make.create_village_project()
    with pytest.raises(SubsidyExists, match="一处只补助一个"):
        make.create_subsidy(project=second_point)
    service.cancel_subsidy(actor=HUB, request_id=None, subsidy_id=first.id, reason="项目改到别处")
    assert make.create_subsidy(project=second_point).status is SubsidyStatus.GRANTED
    assert service.check_funds() == []


def test_the_subsidy_of_a_project_is_the_one_that_holds() -> None:
    project = make.create_accepted_project()
    assert service.find_subsidy(project.id) is None
    first = make.create_subsidy(project=project)
    service.cancel_subsidy(actor=HUB, request_id=None, subsidy_id=first.id, reason="文号写错")
    assert service.find_subsidy(project.id) == first
    second = make.create_subsidy(project=project)
    assert service.find_subsidy(project.id) == second


def test_projects_that_can_be_granted_are_listed_until_they_are() -> None:
    project = make.create_accepted_project()
    assert [p.id for p in service.list_grantable(HUB)] == [project.id]
    make.create_subsidy(project=project)
    assert service.list_grantable(HUB) == []


# -- paying ----------------------------------------------------------------------------------------


def test_requested_approved_paid_received() -> None:
    subsidy = make.create_subsidy()
    part = subsidy.instalments[0]
    make.approve(part)
    paid = make.pay(part, voucher="YH-77")
    assert (paid.status, paid.voucher, paid.paid_by) == (InstalmentStatus.PAID, "YH-77", HUB.name)
    assert (subsidy.status, subsidy.paid_fen) == (SubsidyStatus.PAID, 6_000_000)
    fund = service.get_fund(HUB, subsidy.fund_id)
    assert balance(fund) == 4_000_000
    entry = service.entries_of_subsidy(subsidy)[0][0]
    assert (entry.amount_fen, entry.party_name, entry.document) == (-6_000_000, "龙潭镇人民政府", "YH-77")
    received = {"actor": TOWNSHIP_MANAGER, "request_id": None, "instalment_id": part.id}
    with pytest.raises(InvalidInput):
        service.confirm_receipt(**received, received_on=make.days_ago(2))
    assert service.confirm_receipt(**received, received_on=clock.today()).received_by == TOWNSHIP_MANAGER.name
    with pytest.raises(Conflict):
        service.confirm_receipt(**received, received_on=clock.today())
    assert service.check_funds() == []


def test_nothing_is_asked_for_or_paid_before_acceptance() -> None:
    project = make.create_accepted_project()
    subsidy = make.create_subsidy(project=project)
    part = make.approve(subsidy.instalments[0])
    sent_back(project)
    with pytest.raises(NotPayable, match="验收合格以前不能支付"):
        make.pay(part)
    assert service.get_instalment(HUB, part.id).status is InstalmentStatus.APPROVED


@command
def sent_back(project: ConstructionProject) -> None:
    """The acceptance was taken back."""
    stored = db.session.get_one(ConstructionProject, project.id)
    stored.status, stored.accepted_on = ProjectStatus.COMPLETED, None


def test_an_early_part_is_paid_when_the_standard_says_so_and_the_rest_waits() -> None:
    subsidy = make.create_subsidy(project=make.create_village_project())
    early, late = subsidy.instalments
    make.approve(early)
    make.pay(early)
    assert subsidy.status is SubsidyStatus.PARTLY_PAID
    with pytest.raises(NotPayable):
        make.request(late)
    figures = {f.key: f for f in service.fund_indicators(service.get_fund(HUB, subsidy.fund_id), clock.today())}
    assert (figures["B7"].numerator, figures["B7"].denominator) == (0, 1)
    assert service.check_funds() == []


@pytest.mark.parametrize(
    "change, field",
    [
        ({"paid_on": make.days_ago(4)}, "paid_on"),
        ({"paid_on": make.days_ago(-1)}, "paid_on"),
        ({"voucher": ""}, "voucher"),
        ({"file": None}, "file"),
    ],
)
def test_a_wrong_instalment_payment_is_told_at_its_field(change: dict[str, Any], field: str) -> None:
    part = make.approve(make.create_subsidy().instalments[0])
    with pytest.raises(InvalidInput) as caught:
        make.pay(part, **change)
    assert caught.value.field == field


def test_an_instalment_above_the_balance_waits() -> None:
    fund = make.create_fund(arrived=5_999_999)
    part = make.approve(make.create_subsidy(fund).instalments[0])
    with pytest.raises(NotEnoughMoney, match=r"59,999\.99"):
        make.pay(part)
    make.create_arrival(fund, amount_fen=1)
    make.pay(part)
    assert balance(fund) == 0


def test_an_instalment_is_paid_in_its_order() -> None:
    part = make.create_subsidy().instalments[0]
    with pytest.raises(NotPayable):
        make.pay(part)
    make.request(part)
    with pytest.raises(NotPayable):
        make.pay(part)
    with pytest.raises(IllegalMove):
        make.request(part)


def test_a_request_that_is_sent_back_is_made_anew() -> None:
    part = make.request(make.create_subsidy().instalments[0])
    back = {"actor": HUB, "request_id": None, "instalment_id": part.id}
    with pytest.raises(InvalidInput):
        service.send_request_back(**back, reason="")
    assert service.send_request_back(**back, reason="缺发票").status is InstalmentStatus.PLANNED
    assert make.request(part).status is InstalmentStatus.REQUESTED


def test_the_second_to_pay_is_told_who_paid() -> None:
    part = make.approve(make.create_subsidy().instalments[0])
    make.pay(part, voucher="YH-1")
    with pytest.raises(Conflict, match=r"彭国栋.*YH-1"):
        make.pay(part, voucher="YH-2")


def test_a_subsidy_of_which_something_was_paid_is_not_cancelled() -> None:
    subsidy = make.create_paid_subsidy()
    with pytest.raises(IllegalMove):
        service.cancel_subsidy(actor=HUB, request_id=None, subsidy_id=subsidy.id, reason="错了")


# -- claw-backs and corrections --------------------------------------------------------------------


def test_a_part_comes_back_and_then_the_rest() -> None:
    subsidy = make.create_paid_subsidy()
    fund = service.get_fund(HUB, subsidy.fund_id)
    make.create_claw_back(subsidy)
    assert (service.back_fen(subsidy.id), subsidy.status, balance(fund)) == (2_000_000, SubsidyStatus.PAID, 6_000_000)
    with pytest.raises(InvalidInput) as caught:
        make.create_claw_back(subsidy, amount_fen=4_000_001)
    assert caught.value.field == "amount"
    make.create_claw_back(subsidy, amount_fen=4_000_000)
    assert subsidy.status is SubsidyStatus.RECOVERED
    assert service.fund_overview(fund).paid == 0
    assert service.check_funds() == []


@pytest.mark.parametrize(
    "change, field",
    [
        ({"received_on": make.days_ago(2)}, "received_on"),
        ({"received_on": make.days_ago(-1)}, "received_on"),
        ({"reason": ""}, "reason"),
        ({"file": None}, "file"),
        ({"amount_fen": 0}, "amount"),
    ],
)
def test_a_wrong_claw_back_is_told_at_its_field(change: dict[str, Any], field: str) -> None:
    subsidy = make.create_paid_subsidy()
    with pytest.raises(InvalidInput) as caught:
        make.create_claw_back(subsidy, **change)
    assert caught.value.field == field


def test_nothing_comes_back_of_what_was_not_paid() -> None:
    with pytest.raises(InvalidInput):
        make.create_claw_back(make.create_subsidy())


def test_a_payment_booked_wrongly_is_reversed_and_paid_again_with_its_true_day() -> None:
    fund = make.create_fund(arrived=6_000_000)
    subsidy = make.create_paid_subsidy(fund=fund)
    wrong = service.entries_of_subsidy(subsidy)[0][0]
    make.reverse(wrong, reason="凭证号写错")
    part = service.get_instalment(HUB, subsidy.instalments[0].id)
    assert (part.status, part.voucher, subsidy.status) == (InstalmentStatus.APPROVED, "", SubsidyStatus.GRANTED)
    make.pay(part, paid_on=make.days_ago(2), voucher="YH-OK")
    history = [(entry.kind, gone) for entry, gone in service.entries_of_subsidy(subsidy)]
    assert history == [(EntryKind.PAID, True), (EntryKind.REVERSAL, False), (EntryKind.PAID, False)]
    assert (balance(fund), service.check_funds()) == (0, [])


def test_a_payment_with_a_claw_back_is_not_reversed_before_it() -> None:
    subsidy = make.create_paid_subsidy()
    payment = service.entries_of_subsidy(subsidy)[0][0]
    back = make.create_claw_back(subsidy, amount_fen=6_000_000)
    with pytest.raises(NotPayable, match="先冲正追回"):
        make.reverse(payment)
    make.reverse(back)
    assert subsidy.status is SubsidyStatus.PAID
    make.reverse(payment)
    assert (subsidy.status, service.check_funds()) == (SubsidyStatus.GRANTED, [])


def test_a_recovered_subsidy_whose_place_went_to_another_is_not_brought_back() -> None:
    subsidy = make.create_paid_subsidy()
    back = make.create_claw_back(subsidy, amount_fen=6_000_000)
    make.create_subsidy(project=make.create_accepted_project())
    with pytest.raises(SubsidyExists):
        make.reverse(back)
    assert service.get_subsidy(HUB, subsidy.id).status is SubsidyStatus.RECOVERED


# -- what the check finds --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values, said",
    [
        ({"status": SubsidyStatus.GRANTED}, "状态"),
        ({"status": SubsidyStatus.CANCELLED}, "状态"),
        ({"approved_fen": 5_000_000}, "各期之和"),
        ({"standard_fen": 5_000_000}, "超过标准"),
        ({"payee_code": VILLAGE}, "收款单位"),
    ],
)
def test_the_check_finds_a_subsidy_that_was_changed(values: dict[str, Any], said: str) -> None:
    subsidy = make.create_paid_subsidy()
    change = sa.update(Subsidy).where(Subsidy.id == subsidy.id).values(**values)
    db.session.execute(change.execution_options(synchronize_session=False))
    db.session.expire_all()
    assert any(said in problem for problem in service.check_funds())


def test_the_check_finds_an_instalment_that_the_account_does_not_know() -> None:
    subsidy = make.create_subsidy()
    part = type(subsidy.instalments[0])
    change = sa.update(part).where(part.subsidy_id == subsidy.id).values(status=InstalmentStatus.PAID)
    db.session.execute(change.execution_options(synchronize_session=False))
    db.session.expire_all()
    assert any("账上支付 0 笔不符" in problem for problem in service.check_funds())


def test_the_check_and_b7_find_a_payment_before_acceptance() -> None:
    project = make.create_accepted_project()
    subsidy = make.create_paid_subsidy(project=project)
    sent_back(project)
    assert any("在验收之前" in problem for problem in service.check_funds())
    fund = service.get_fund(HUB, subsidy.fund_id)
    early = service.find_indicator(fund, "B7", clock.today())
    assert early is not None
    assert (early.numerator, early.good, len(early.records)) == (1, False, 1)


# -- figures and lists -----------------------------------------------------------------------------


def test_the_indicators_name_the_rows_behind_them() -> None:
    fund = make.create_fund(arrived=10_000_000, planned_fen=10_000_000)
    subsidy = make.create_paid_subsidy(fund=fund, own_fen=3_000_000, own_source="乡镇自筹")
    make.create_payment(fund, amount_fen=3_000_000, category=SpendingCategory.UPSTREAM)
    found = {f.key: f for f in service.fund_indicators(fund, clock.today())}
    assert {key: (f.numerator, f.denominator, f.good) for key, f in found.items()} == {
        "B1": (10_000_000, 10_000_000, True),
        "B2": (10_000_000, 10_000_000, True),
        "B3": (9_000_000, 10_000_000, True),
        "B4-upstream-half": (3_000_000, 9_000_000, False),
        "B4-centre-15": (0, 10_000_000, True),
        "B5": (3_000_000, 6_000_000, None),
        "B6": (0, 2, True),
        "B7": (0, 1, True),
    }
    assert found["B5"].records == (subsidy.id,)
    rows = service.entry_rows(fund, among=found["B3"].records)
    assert sorted(row[2] for row in rows) == [-6_000_000, -3_000_000]


def test_the_list_of_subsidies_finds_and_sums() -> None:
    fund = make.create_fund(arrived=10_000_000)
    make.create_claw_back(make.create_paid_subsidy(fund=fund))
    make.create_subsidy(fund, make.create_village_project())
    assert service.subsidy_sums(HUB) == (7_000_000, 7_000_000, 6_000_000, 2_000_000)
    rows = service.subsidy_rows(HUB, text="综合服务站")
    assert [(row[9], row[10], row[11]) for row in rows] == [(6_000_000, 6_000_000, 2_000_000)]
    assert len(service.subsidy_rows(HUB, kind=StationKind.VILLAGE_POINT)) == 1
    assert len(service.subsidy_rows(HUB, status=SubsidyStatus.PAID)) == 1
    assert len(service.subsidy_rows(HUB, township_code=TOWNSHIP)) == 2
    assert [row[7] for row in service.subsidy_rows(HUB, step=InstalmentStatus.PLANNED)] == ["未申请"]
    assert service.subsidy_rows(HUB, step=InstalmentStatus.APPROVED) == []
    assert service.subsidy_rows(HUB, township_code=OTHER_TOWNSHIP) == service.subsidy_rows(OTHER_MANAGER) == []


def test_others_subsidies_do_not_exist_and_readers_do_not_write() -> None:
    subsidy = make.create_subsidy()
    with pytest.raises(NotFound):
        service.get_subsidy(OTHER_MANAGER, subsidy.id)
    with pytest.raises(NotFound):
        make.request(subsidy.instalments[0], actor=OTHER_MANAGER)
    for actor in (OFFICIAL, TOWNSHIP_MANAGER):
        with pytest.raises(Forbidden):
            make.pay(subsidy.instalments[0], actor=actor)
        with pytest.raises(Forbidden):
            make.create_arrival(service.get_fund(HUB, subsidy.fund_id), actor=actor)


# -- the operator ----------------------------------------------------------------------------------


def test_a_contract_copies_duties_and_instalments() -> None:
    contract = make.create_contract()
    assert [duty.unit for duty in contract.duties][:2] == ["人次", "次"]
    assert [part.amount_fen for part in contract.instalments] == [25_000_000, 25_000_000]
    assert (contract.jobs_target, service.list_contracts(HUB)[0].id) == (30, contract.id)


@pytest.mark.parametrize(
    "change, field",
    [
        ({"contractor_number": "91110000600037341X"}, "contractor_number"),
        ({"contractor_number": ""}, "contractor_number"),
        ({"ends_on": make.days_ago(200)}, "ends_on"),
        ({"annual_fee_fen": 0}, "annual_fee"),
        ({"file": None}, "file"),
        ({"starts_on": make.days_ago(4000), "ends_on": make.days_ago(3900)}, "starts_on"),
    ],
)
def test_a_wrong_contract_is_told_at_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        make.create_contract(**change)
    assert caught.value.field == field


def test_duties_are_measured_from_daily_records_and_corrections_are_rows() -> None:
    contract = make.create_contract()
    record = make.create_duty_record(contract, amount=Decimal(400))
    make.create_duty_record(contract, amount=Decimal(60), day=make.days_ago(100))
    fix = {"actor": HUB, "request_id": None, "record_id": record.id}
    row = service.correct_record(**fix, amount=Decimal(40), reason="多写了一个 0")
    assert (row.amount, service.amount_of(record)) == (Decimal(-360), Decimal(40))
    for amount, wrong in ((Decimal(40), "和现在一样"), (Decimal(-1), "负数")):
        with pytest.raises(InvalidInput) as caught:
            service.correct_record(**fix, amount=amount, reason=wrong)
        assert caught.value.field == "amount"
    with pytest.raises(InvalidInput):
        service.correct_record(actor=HUB, request_id=None, record_id=row.id, amount=Decimal(1), reason="更正更正")
    progress = service.duty_progress(contract, clock.today())[0][1]
    assert (progress.done, progress.elapsed_days, progress.all_days) == (Decimal(100), 201, 365)
    assert progress.is_behind
    assert len(service.record_rows(contract, duty_key="training")) == 3


@pytest.mark.parametrize(
    "change, field",
    [
        ({"day": make.days_ago(201)}, "day"),
        ({"day": make.days_ago(-1)}, "day"),
        ({"amount": Decimal(0)}, "amount"),
        ({"duty_id": uuid.UUID(int=9)}, "duty_id"),
        ({"text": " "}, "text"),
    ],
)
def test_a_wrong_record_is_told_at_its_field(change: dict[str, Any], field: str) -> None:
    contract = make.create_contract()
    with pytest.raises(InvalidInput) as caught:
        make.create_duty_record(contract, **change)
    assert caught.value.field == field


def test_a_fee_is_paid_out_of_the_fund_once_the_score_is_reached() -> None:
    contract = make.create_contract()
    part = contract.instalments[0]
    paying = {"actor": HUB, "request_id": None, "instalment_id": part.id, "paid_on": clock.today(), "file": paper()}
    assessing = {"actor": HUB, "request_id": None, "instalment_id": part.id, "opinion": ""}
    with pytest.raises(NotPayable, match="还没有考核"):
        service.pay_fee(**paying, voucher="F-1")
    with pytest.raises(InvalidInput):
        service.assess_instalment(**assessing, score=90, assessed_on=part.due_on)
    day = part.due_on + timedelta(days=1)
    service.assess_instalment(**assessing, score=79, assessed_on=day)
    assert part.status is OperatorInstalmentStatus.BELOW
    with pytest.raises(NotPayable, match="79"):
        service.pay_fee(**paying, voucher="F-1")
    service.assess_instalment(**assessing, score=85, assessed_on=day)
    service.pay_fee(**paying, voucher="F-1")
    fund = service.get_fund(HUB, contract.fund_id)
    assert balance(fund) == 75_000_000
    assert dict(service.fund_overview(fund).categories)[SpendingCategory.CENTRE] == 25_000_000
    with pytest.raises(Conflict):
        service.pay_fee(**paying, voucher="F-2")
    with pytest.raises(NotPayable):
        service.assess_instalment(**assessing, score=60, assessed_on=clock.today())
    assert service.check_funds() == []
    entry = db.session.scalars(sa.select(FundEntry).where(FundEntry.operator_instalment_id == part.id)).one()
    make.reverse(entry)
    assert (part.status, balance(fund)) == (OperatorInstalmentStatus.ASSESSED, 100_000_000)
    assert service.check_funds() == []


def test_jobs_count_while_they_are_held_and_names_are_masked_in_lists() -> None:
    contract = make.create_contract()
    job = make.create_job(contract, group=JobGroup.DISABLED, file=paper("残疾证"))
    make.create_job(contract)
    assert service.jobs_held(contract, clock.today()) == (2, 1)
    ending = {"actor": HUB, "request_id": None, "job_id": job.id}
    with pytest.raises(InvalidInput):
        service.end_job(**ending, to_day=make.days_ago(101))
    service.end_job(**ending, to_day=make.days_ago(1))
    assert service.jobs_held(contract, clock.today()) == (1, 0)
    assert {row[0] for row in service.job_rows(contract)} == {"冉**"}
    with pytest.raises(InvalidInput):
        service.end_job(**ending, to_day=clock.today())


def test_a_job_of_a_priority_group_needs_its_proof() -> None:
    with pytest.raises(InvalidInput) as caught:
        make.create_job(make.create_contract(), group=JobGroup.POOR)
    assert caught.value.field == "file"


def test_the_example_is_sound_and_made_twice_changes_nothing() -> None:
    from datetime import date

    from stations.seed.money import seed_money

    begun, until = clock.at_local(date(2025, 11, 1), 9), clock.at_local(date(2026, 10, 31), 17)
    days = {"approved_on": date(2026, 1, 10), "accepted_on": date(2026, 4, 20)}
    projects = [
        make.create_accepted_project(**days),
        make.create_village_project(status=ProjectStatus.ACCEPTED, started_on=date(2026, 2, 1), **days),
    ]
    made = []
    for _again in range(2):
        fund = seed_money(HUB, {TOWNSHIP: TOWNSHIP_MANAGER}, [p.id for p in projects], begun, until)
        made.append((len(service.entry_rows(fund)), balance(fund), [row[10] for row in service.subsidy_rows(HUB)]))
    assert made[0] == made[1]
    assert sum(made[0][2]) == 7_000_000
    contract = service.list_contracts(HUB)[0]
    assert contract.instalments[0].status is OperatorInstalmentStatus.PAID
    assert len(service.record_rows(contract)) > 50
    assert service.jobs_held(contract, date(2026, 10, 31))[0] == 27
    assert service.check_funds() == []
