"""The pages of public money: who sees them, that mistakes stand at their field, that a figure leads to its rows."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from app.cli import cli
from app.core import clock
from app.core.access import Role
from app.core.database import db
from app.core.sheets import read_rows
from app.flows import books
from stations.models.subsidy import InstalmentStatus, Subsidy, SubsidyStatus
from stations.seed.money import seed_money
from stations.service import money as service
from tests.factories import money as make
from tests.factories.acceptance import paper
from tests.factories.accounts import create_user
from tests.factories.actors import HUB, TOWNSHIP_MANAGER
from tests.factories.places import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, create_places

Login = Callable[[Any], FlaskClient]
FUNDS, SUBSIDIES, CONTRACTS = "/stations/funds", "/stations/subsidies", "/stations/operator-contracts"


@pytest.fixture
def hub(login: Login) -> FlaskClient:
    enrolled = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": clock.now()}
    return login(create_user(role=Role.COUNTY_ADMIN, scope_code=COUNTY, name="彭国栋", **enrolled))


@pytest.fixture
def township(login: Login) -> FlaskClient:
    return login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP, name="田应平"))


@pytest.fixture
def official(login: Login) -> FlaskClient:
    return login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY, name="白县长"))


def sent(**facts: Any) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), **facts}


def scan(content: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(paper("凭证").content if content is None else content), "凭证.pdf"


def day(days: int = 0) -> str:
    return make.days_ago(days).isoformat()


# -- the fund --------------------------------------------------------------------------------------


def test_the_hub_opens_a_fund_books_an_arrival_and_pays(hub: FlaskClient) -> None:
    create_places()
    facts = {"year": "2026", "name": "示范资金", "document": "县财 5 号", "planned": "3,000,000", "due_on": day()}
    answer = hub.post(f"{FUNDS}/new", data=sent(**facts))
    assert answer.status_code == 303
    fund = answer.location
    came = {"amount": "50000", "day": day(2), "party_name": "县财政局", "document": "国库 1 号"}
    assert hub.post(f"{fund}/arrivals/new", data=sent(**came)).status_code == 303
    spent = {"amount": "12000.50", "category": "upstream", "purpose": "分拣设备", "party_name": "装备公司"}
    answer = hub.post(f"{fund}/payments/new", data=sent(**spent, voucher="PZ-1", day=day(), file=scan()))
    assert answer.status_code == 303
    page = hub.get(fund).text
    assert "¥37,999.50" in page
    assert "用于“农产品上行”的比例" in page


@pytest.mark.parametrize(
    "change, field, said",
    [
        ({"purpose": "办公楼装修"}, "purpose", "楼堂馆所"),
        ({"amount": "50000.01"}, "amount", "余额不够"),
        ({"voucher": ""}, "voucher", "这里要填"),
        ({"file": b"MZ"}, "file", "只收照片"),
        ({"day": day(-1)}, "day", "日期不能在今天"),
    ],
)
def test_a_wrong_payment_is_told_at_its_field_and_what_was_typed_stays(
    hub: FlaskClient, change: dict[str, Any], field: str, said: str
) -> None:
    fund = make.create_fund(arrived=5_000_000)
    spent = {"amount": "100", "category": "training", "purpose": "讲课费", "party_name": "职教中心", "voucher": "PZ-9"}
    facts = spent | {"day": day()} | change
    facts["file"] = scan(change.get("file"))
    answer = hub.post(f"{FUNDS}/{fund.id}/payments/new", data=sent(**facts))
    assert answer.status_code == 422
    error = re.search(rf'id="{field}-error">([^<]*)', answer.text)
    assert error is not None
    assert said in error.group(1)
    assert 'value="职教中心"' in answer.text
    assert service.fund_overview(fund).balance == 5_000_000


def test_a_wrong_entry_is_reversed_with_a_reason_and_both_stay(hub: FlaskClient) -> None:
    fund = make.create_fund(arrived=5_000_000)
    entry = make.create_payment(fund)
    path = f"/stations/fund-entries/{entry.id}"
    assert hub.post(f"{path}/reversal", data=sent(reason="")).status_code == 422
    answer = hub.post(f"{path}/reversal", data=sent(reason="凭证记错"))
    assert answer.status_code == 303
    assert "凭证记错" in hub.get(path).text
    assert "登记错了，冲正" not in hub.get(path).text
    assert hub.get(f"{FUNDS}/{fund.id}/entries").text.count("已冲正") == 1
    assert hub.post(f"{path}/reversal", data=sent(reason="再来")).status_code == 422


@pytest.mark.parametrize(
    "query, amounts",
    [
        ("", ["-1000", "-60000", "100000"]),
        ("?kind=paid", ["-1000", "-60000"]),
        ("?category=training", ["-1000"]),
        ("?behind=B1", ["100000"]),
        ("?behind=B3", ["-1000", "-60000"]),
        ("?behind=B7", []),
        ("?q=职教", ["-1000"]),
        ("?month=1999-01", []),
        ("?kind=nonsense&month=never&behind=B99", ["-1000", "-60000", "100000"]),
    ],
)
def test_entries_and_their_sheet_say_the_same(official: FlaskClient, query: str, amounts: list[str]) -> None:
    fund = make.create_fund(arrived=10_000_000)
    make.create_paid_subsidy(fund=fund)
    make.create_payment(fund)
    rows = read_rows(official.get(f"{FUNDS}/{fund.id}/entries/export{query}").data, "x.xlsx")
    assert [row["金额（元）"] for row in rows] == amounts
    page = official.get(f"{FUNDS}/{fund.id}/entries{query}")
    assert page.text.count("/stations/fund-entries/") == len(amounts)


# -- subsidies -------------------------------------------------------------------------------------


def test_the_whole_way_of_a_subsidy(login: Login) -> None:
    """Granted, asked for, sent back, asked for again, approved, paid, received, in part clawed back."""
    enrolled = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": clock.now()}
    hub_user = create_user(role=Role.COUNTY_ADMIN, scope_code=COUNTY, name="彭国栋", **enrolled)
    manager = create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP, name="田应平")
    fund, project = make.create_fund(arrived=10_000_000), make.create_accepted_project()
    hub = login(hub_user)
    assert project.station_name in hub.get(f"{SUBSIDIES}/new").text
    path = f"/stations/projects/{project.id}/subsidy/new"
    assert 'value="60000.00"' in hub.get(path).text
    grant = {"fund_id": fund.id, "approved": "60000", "reference": "21 号", "granted_on": day(), "own": "5000"}
    subsidy = hub.post(path, data=sent(**grant)).location
    s = service.get_subsidy(HUB, uuid.UUID(subsidy.rsplit("/", 1)[1]))
    part = f"/stations/subsidy-instalments/{s.instalments[0].id}"
    assert "乡镇还没有申请这一笔" in hub.get(subsidy).text

    asked = {"requested_on": day(), "text": "请予拨付"}
    assert login(manager).post(f"{part}/request", data=sent(**asked)).status_code == 303
    assert login(hub_user).post(f"{part}/sending-back", data=sent(reason="缺发票")).status_code == 303
    township = login(manager)
    assert "缺发票" in township.get(subsidy).text
    assert township.post(f"{part}/request", data=sent(**asked)).status_code == 303
    assert township.post(f"{part}/payment", data=sent()).status_code == 403

    hub = login(hub_user)
    assert hub.post(f"{part}/approval", data=sent(approved_on=day())).status_code == 303
    wrong = hub.post(f"{part}/payment", data=sent(voucher="YH-1", paid_on=day()))
    assert wrong.status_code == 422
    assert 'id="file-error"' in wrong.text
    assert 'value="YH-1"' in wrong.text
    assert hub.post(f"{part}/payment", data=sent(voucher="YH-1", paid_on=day(), file=scan())).status_code == 303
    again = hub.post(f"{part}/payment", data=sent(voucher="YH-2", paid_on=day(), file=scan()))
    assert again.status_code == 422
    assert "已经由彭国栋" in again.text

    township = login(manager)
    assert township.post(f"{part}/receipt", data=sent(received_on=day())).status_code == 303
    page = township.get(subsidy).text
    assert "乡镇确认收到" in page
    assert FUNDS not in page
    voucher = re.search(r"/files/[^\"]+", page)
    assert voucher is not None
    assert township.get(voucher.group()).status_code == 200

    hub = login(hub_user)
    back = {"amount": "60000.01", "reason": "停业", "received_on": day(), "document": "SK-1", "file": scan()}
    told = hub.post(f"{subsidy}/claw-backs/new", data=sent(**back))
    assert told.status_code == 422
    assert "追回不能多于" in told.text
    assert (
        hub.post(f"{subsidy}/claw-backs/new", data=sent(**(back | {"amount": "20000", "file": scan()}))).status_code
        == 303
    )
    assert "¥20,000.00" in hub.get(subsidy).text
    assert service.check_funds() == []


def test_paying_before_acceptance_is_told_above_the_form(hub: FlaskClient) -> None:
    subsidy = make.create_subsidy(project=make.create_village_project())
    late = subsidy.instalments[1]
    page = hub.get(f"{SUBSIDIES}/{subsidy.id}").text
    assert "验收合格以前不能支付，项目现在是“建设中”" in page
    assert "补助标准允许这一笔在验收前支付" in page
    path = f"/stations/subsidy-instalments/{late.id}/payment"
    assert path not in page
    answer = hub.post(path, data=sent(voucher="YH-1", paid_on=day(), file=scan()))
    assert answer.status_code == 422
    assert service.get_instalment(HUB, late.id).status is InstalmentStatus.PLANNED


def test_a_grant_above_the_standard_is_told_and_what_was_typed_stays(hub: FlaskClient) -> None:
    fund, project = make.create_fund(), make.create_accepted_project(approved_fen=9_000_000)
    grant = {"fund_id": fund.id, "approved": "60000.01", "reference": "21 号", "granted_on": day()}
    answer = hub.post(f"/stations/projects/{project.id}/subsidy/new", data=sent(**grant))
    assert answer.status_code == 422
    assert "超过补助标准 ¥60,000.00" in answer.text
    assert f'selected value="{fund.id}"' in answer.text
    assert 'value="21 号"' in answer.text


def test_a_grant_is_cancelled_with_a_reason(hub: FlaskClient) -> None:
    subsidy = make.create_subsidy()
    path = f"{SUBSIDIES}/{subsidy.id}/cancellation"
    assert hub.post(path, data=sent(reason=" ")).status_code == 422
    assert hub.post(path, data=sent(reason="改到别处")).status_code == 303
    assert service.get_subsidy(HUB, subsidy.id).status is SubsidyStatus.CANCELLED
    assert "改到别处" in hub.get(f"{SUBSIDIES}/{subsidy.id}").text


@pytest.mark.parametrize(
    "query, paid", [("", ["60000"]), ("?status=paid", ["60000"]), ("?status=granted", []), ("?q=麻旺", [])]
)
def test_subsidies_and_their_sheet_say_the_same(official: FlaskClient, query: str, paid: list[str]) -> None:
    subsidy = make.create_paid_subsidy()
    rows = read_rows(official.get(f"{SUBSIDIES}/export{query}").data, "x.xlsx")
    assert [row["已付（元）"] for row in rows] == paid
    assert (str(subsidy.id) in official.get(SUBSIDIES + query).text) is bool(paid)


def test_own_money_leads_to_the_subsidies_behind_it(hub: FlaskClient) -> None:
    fund = make.create_fund(arrived=10_000_000)
    with_own = make.create_subsidy(fund, own_fen=100)
    without = make.create_subsidy(fund, make.create_village_project())
    link = f"{SUBSIDIES}?fund={fund.id}&amp;behind=B5"
    assert link in hub.get(f"{FUNDS}/{fund.id}").text
    page = hub.get(link.replace("&amp;", "&")).text
    assert (str(with_own.id) in page, str(without.id) in page) == (True, False)
    assert len(read_rows(hub.get(f"{SUBSIDIES}/export?fund={fund.id}&behind=B5").data, "x.xlsx")) == 1
    assert str(without.id) in hub.get(f"{SUBSIDIES}?fund=nonsense&behind=B5").text


# -- the operator ----------------------------------------------------------------------------------


def test_the_hub_records_a_contract_work_jobs_and_an_assessment(hub: FlaskClient) -> None:
    fund = make.create_fund(arrived=100_000_000)
    facts = {"fund_id": fund.id, "number": "YY-1", "contractor": "武陵电商", "contractor_number": make.CREDIT_NUMBER}
    term = {"starts_on": day(200), "ends_on": day(-164), "annual_fee": "500000", "selection": "公开招标"}
    wrong = hub.post(f"{CONTRACTS}/new", data=sent(**facts | {"contractor_number": "123"}, **term, file=scan()))
    assert wrong.status_code == 422
    assert 'id="contractor_number-error"' in wrong.text
    contract = hub.post(f"{CONTRACTS}/new", data=sent(**facts, **term, file=scan())).location
    c = service.list_contracts(HUB)[0]

    work = {"duty_id": c.duties[0].id, "amount": "40", "text": "直播培训", "day": day(1)}
    assert hub.post(f"{contract}/records/new", data=sent(**work)).status_code == 303
    assert hub.post(f"{contract}/records/new", data=sent(**work | {"day": day(300)})).status_code == 422
    page = hub.get(contract).text
    assert "40 人次" in page
    assert "落后" in page
    register = hub.get(f"{contract}/records").text
    fix = re.search(r"/stations/duty-records/[^/]+/correction", register)
    assert fix is not None
    assert hub.post(fix.group(), data=sent(amount="40", reason="没变")).status_code == 422
    assert hub.post(fix.group(), data=sent(amount="0", reason="重复记了")).status_code == 303
    rows = read_rows(hub.get(f"{contract}/records/export?duty=training").data, "x.xlsx")
    assert [row["数量"] for row in rows] == ["-40", "40"]

    job = {"name": "冉桂芳", "work": "打包", "from_day": day(3)}
    assert hub.post(f"{contract}/jobs/new", data=sent(**job, group="disabled")).status_code == 422
    assert hub.post(f"{contract}/jobs/new", data=sent(**job, group="disabled", file=scan())).status_code == 303
    jobs = hub.get(f"{contract}/jobs").text
    assert "冉**" in jobs
    assert "冉桂芳" not in jobs
    end = re.search(r"/stations/operator-jobs/[^/]+/end", jobs)
    assert end is not None
    assert hub.post(end.group(), data=sent(to_day=day(9))).status_code == 422
    assert hub.post(end.group(), data=sent(to_day=day(1))).status_code == 303
    assert "冉**" not in hub.get(f"{contract}/jobs?held=1").text
    assert [row["姓名"] for row in read_rows(hub.get(f"{contract}/jobs/export").data, "x.xlsx")] == ["冉**"]

    part = f"/stations/operator-instalments/{c.instalments[0].id}"
    assert hub.post(f"{part}/payment", data=sent(voucher="F-1", paid_on=day(), file=scan())).status_code == 422
    assert hub.post(f"{part}/assessment", data=sent(score="101", assessed_on=day())).status_code == 422
    assert hub.post(f"{part}/assessment", data=sent(score="85", assessed_on=day(2))).status_code == 303
    assert hub.post(f"{part}/payment", data=sent(voucher="F-1", paid_on=day(), file=scan())).status_code == 303
    assert "F-1" in hub.get(contract).text


# -- who may ---------------------------------------------------------------------------------------


def test_another_townships_subsidy_is_not_found(login: Login) -> None:
    subsidy = make.create_paid_subsidy()
    other = login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=OTHER_TOWNSHIP))
    assert other.get(f"{SUBSIDIES}/{subsidy.id}").status_code == 404
    part = f"/stations/subsidy-instalments/{subsidy.instalments[0].id}"
    assert other.get(f"{part}/request").status_code == 404
    assert other.post(f"{part}/receipt", data=sent(received_on=day())).status_code == 404
    assert subsidy.station_name not in other.get(SUBSIDIES).text


def test_a_township_sees_subsidies_and_neither_fund_nor_operator(township: FlaskClient) -> None:
    fund = make.create_fund()
    assert township.get(SUBSIDIES).status_code == 200
    for path in (FUNDS, f"{FUNDS}/{fund.id}", f"{FUNDS}/{fund.id}/entries", CONTRACTS, f"{SUBSIDIES}/new"):
        assert township.get(path).status_code == 403, path


@pytest.mark.parametrize("role", [Role.VILLAGE_OPERATOR, Role.INSPECTOR, Role.DRIVER, Role.PRODUCER])
def test_money_is_none_of_their_business(login: Login, role: Role) -> None:
    reader = login(create_user(role=role, scope_code=COUNTY))
    assert [reader.get(path).status_code for path in (FUNDS, SUBSIDIES, CONTRACTS)] == [403, 403, 403]


def test_another_countys_fund_is_not_found(login: Login) -> None:
    fund = make.create_fund()
    entry = make.create_arrival(fund)
    other = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code="532931000000"))
    for path in (f"{FUNDS}/{fund.id}", f"{FUNDS}/{fund.id}/entries", f"/stations/fund-entries/{entry.id}"):
        assert other.get(path).status_code == 404, path


def test_an_official_reads_every_page_and_writes_nothing(login: Login) -> None:
    begun, until = clock.at_local(date(2025, 11, 1), 9), clock.at_local(date(2026, 10, 31), 17)
    project = make.create_accepted_project(approved_on=date(2026, 1, 10), accepted_on=date(2026, 4, 20))
    fund = seed_money(HUB, {TOWNSHIP: TOWNSHIP_MANAGER}, [project.id], begun, until)
    contract = service.list_contracts(HUB)[0]
    subsidy = service.subsidy_rows(HUB)
    assert len(subsidy) == 1
    official = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY, name="白县长"))
    listed = official.get(SUBSIDIES).text
    link = re.search(rf"{SUBSIDIES}/[0-9a-f-]{{36}}", listed)
    assert link is not None
    pages = [FUNDS, f"{FUNDS}/{fund.id}", f"{FUNDS}/{fund.id}/entries", SUBSIDIES, link.group(), CONTRACTS]
    pages += [f"{CONTRACTS}/{contract.id}{rest}" for rest in ("", "/records", "/jobs")]
    pages += re.findall(r"/stations/fund-entries/[0-9a-f-]{36}", official.get(pages[2]).text)
    for path in pages:
        answer = official.get(path)
        assert answer.status_code == 200, path
        assert answer.text.count("<h1") == 1
        assert "登记支付" not in answer.text
        assert "冲正这一笔" not in answer.text
    for path in ("/new", f"/{fund.id}/arrivals/new", f"/{fund.id}/payments/new", f"/{fund.id}/returns/new"):
        assert official.get(FUNDS + path).status_code == 403
        assert official.post(FUNDS + path, data=sent()).status_code == 403


@pytest.mark.parametrize(
    "path, said",
    [
        (FUNDS, "照下达文件建一笔"),
        (SUBSIDIES, "项目批复以后就可以核定"),
        (CONTRACTS, "签好合同后登记在这里"),
        (f"{SUBSIDIES}/new", "没有等着核定补助的项目"),
        (f"{CONTRACTS}/new", "还没有专项资金"),
    ],
)
def test_empty_pages_say_what_to_do(hub: FlaskClient, path: str, said: str) -> None:
    create_places()
    page = hub.get(path)
    assert page.status_code == 200
    assert said in page.text


def test_every_form_opens_for_the_hub(hub: FlaskClient) -> None:
    fund = make.create_fund(arrived=100_000_000)
    subsidy, contract = make.create_paid_subsidy(fund=fund), make.create_contract(fund)
    record, job = make.create_duty_record(contract), make.create_job(contract)
    part, fee = subsidy.instalments[0].id, contract.instalments[0].id
    pages = [f"{FUNDS}/{fund.id}/{what}/new" for what in ("arrivals", "payments", "returns")]
    pages += [f"{SUBSIDIES}/{subsidy.id}/{what}" for what in ("cancellation", "claw-backs/new")]
    pages += [
        f"/stations/subsidy-instalments/{part}/{what}" for what in ("request", "approval", "sending-back", "payment")
    ]
    pages += [f"/stations/operator-instalments/{fee}/{what}" for what in ("assessment", "payment")]
    pages += [f"{CONTRACTS}/{contract.id}/{what}/new" for what in ("records", "jobs")]
    pages += [f"/stations/duty-records/{record.id}/correction", f"/stations/operator-jobs/{job.id}/end"]
    for path in pages:
        answer = hub.get(path)
        assert answer.status_code == 200, path
        assert answer.text.count("<h1") == 1


def test_lists_ask_the_database_no_more_for_more_rows(login: Login) -> None:
    fund = make.create_fund(arrived=100_000_000)
    make.create_paid_subsidy(fund=fund)
    official = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))
    paths = (SUBSIDIES, f"{FUNDS}/{fund.id}", f"{FUNDS}/{fund.id}/entries")
    few = [queries_of(official, path) for path in paths]
    for _more in range(5):
        make.reverse(make.create_payment(fund))
        make.create_payment(fund)
    make.create_subsidy(fund, make.create_village_project())
    assert [queries_of(official, path) for path in paths] == few


def queries_of(client: FlaskClient, path: str) -> int:
    """How many times a page asks the database."""
    seen: list[str] = []
    db.session.expire_all()

    def note(*args: Any) -> None:
        if args[2].startswith("SELECT"):
            seen.append(args[2])

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)
    return len(seen)


# -- the books -------------------------------------------------------------------------------------


def test_what_does_not_agree_in_a_fund_stands_on_the_page_of_the_books(
    app: Flask, hub: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    subsidy = make.create_paid_subsidy()
    assert "账簿没有问题" in hub.get("/trade/ledger/check").text
    change = sa.update(Subsidy).where(Subsidy.id == subsidy.id).values(status=SubsidyStatus.GRANTED)
    db.session.execute(change.execution_options(synchronize_session=False))
    db.session.commit()
    page = hub.get("/trade/ledger/check").text
    assert "有 1 处不对" in page
    assert f"{subsidy.station_name}的补助的状态" in page
    assert books.check(OTHER_TOWNSHIP) == []
    monkeypatch.setattr("app.cli.common.create_app", lambda **_settings: app)
    said = CliRunner().invoke(cli, ["ledger", "check", "--json"])
    assert said.exit_code == 1
    assert json.loads(said.output)["problems"][0].startswith("fund: 专项资金")


# -- from the project ------------------------------------------------------------------------------


def test_a_project_leads_the_hub_to_granting_and_then_to_the_subsidy(hub: FlaskClient) -> None:
    project = make.create_accepted_project()
    address = f"/stations/projects/{project.id}"
    grant = f"{address}/subsidy/new"
    assert grant in hub.get(address).text
    subsidy = make.create_subsidy(project=project)
    page = hub.get(address).text
    assert f"{SUBSIDIES}/{subsidy.id}" in page
    assert grant not in page


def test_an_inspector_sees_no_subsidy_of_a_project(login: Login) -> None:
    subsidy = make.create_subsidy()
    inspector = login(create_user(role=Role.INSPECTOR, scope_code=COUNTY, name="石明华"))
    page = inspector.get(f"/stations/projects/{subsidy.project_id}")
    assert page.status_code == 200
    assert str(subsidy.id) not in page.text
    assert "subsidy" not in page.text
