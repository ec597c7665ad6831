"""Public money, the whole chain in the browser: plan, site, building, acceptance, payment, report, inspection.

The township and the inspector are on a phone, the hub at a desk, and nobody has scripts.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.building import Build, Thing, go, heading, today
from tests.journeys.conftest import DESK, Demo, Login, Visits, keep_picture
from tests.journeys.reading import codes_in, fact, fen, figure, pages_of, press, read_table
from tests.tools import need

pytestmark = pytest.mark.xdist_group("journeys")  # one worker makes the county and drives the browser

NEW_TOWNSHIP = "板溪镇"  # without a station, and so without a manager
HOME_TOWNSHIP = "桃花源街道"  # where the demonstration's township manager works
FUND = "农村电商站点建设专项资金"
ARRIVED = 300_000
STATION_THINGS = (
    Thing("四层货架", 2, "组", 6_000),
    Thing("一体电脑", 1, "台", 28_000),
    Thing("墙面粉刷", 1, "项", 24_000, "refurbishment"),
)
POINT_THINGS = (Thing("面单打印机", 1, "台", 4_000), Thing("门头招牌", 1, "块", 7_000, "refurbishment"))
CODE = "5000211130"
TEXTS = {
    "网络测试": "下行 96 兆，上行 31 兆，现场用手机测三次取中间值。",
    "面积": "26 平方米",
    "一村只补助一个点": "本村没有别的受补助的点。",
    "快递进村": "邮政、中通、韵达到村，每天一趟。",
    "是不是脱贫村，服务哪几个村": "不是脱贫村；服务本村。",
}


# -- who, and with what ------------------------------------------------------------------------------


@pytest.fixture
def hub(enter: Callable[..., Page]) -> Page:
    return enter("county_admin", DESK)


@pytest.fixture(scope="module")
def fund(visits: Visits) -> str:
    """The hub opens a fund and books its arrival; returns the words by which it is chosen."""
    page = visits.page("county_admin", DESK)
    page.goto("/stations/funds/new")
    page.get_by_label("资金名称").fill(FUND)
    page.get_by_label("计划金额（元）").fill(str(ARRIVED))
    page.get_by_label("下达文号").fill("渝财产业〔2026〕31 号")
    page.get_by_label("应到账日期").fill(today(30))
    press(page, "建立这笔专项资金")
    go(page, "登记到账")
    page.get_by_label("到账金额（元）").fill(str(ARRIVED))
    page.get_by_label("拨款单位").fill("县财政局")
    page.get_by_label("文号或凭证号").fill("国库 2026-0311")
    press(page, "记下，到账增加余额")
    assert figure(page, "余额").inner_text() == f"¥{ARRIVED:,}.00"
    year = page.locator("h1 .foot").inner_text().split(" · ")[0]
    page.close()
    return f"{year} {FUND}"


@pytest.fixture(scope="module")
def new_manager(visits: Visits) -> str:
    """The hub adds the manager of a township that has no station; she chooses a password of her own."""
    hub = visits.page("county_admin", DESK)
    hub.goto("/users/new")
    hub.get_by_label("姓名").fill("冉素华")
    hub.get_by_label("角色").select_option("township_manager")
    hub.get_by_label("管哪里").select_option(label=f"{NEW_TOWNSHIP}（全乡镇）")
    hub.get_by_label("登录名").fill("ransuhua")
    press(hub, "添加，并生成首次密码")
    visits.logins["new_manager"] = Login("ransuhua", hub.locator("main code").inner_text(), "冉素华")
    page = visits.page("new_manager")
    page.goto("/start")
    page.get_by_label("新密码", exact=True).fill("banxi-2026-zhan")
    page.get_by_label("再写一遍新密码").fill("banxi-2026-zhan")
    press(page, "改好密码")
    expect(page.get_by_role("status")).to_contain_text("密码已经改好")
    page.close()
    hub.close()
    return "new_manager"


def free_villages(hub: Page, township: str) -> list[str]:
    """The villages of a township that have no point, as the hub may choose them for a new one."""
    hub.goto("/stations/new")
    go(hub, township)
    offered = hub.get_by_label("设在哪里").locator("option").all_text_contents()
    return [name.strip() for name in offered if "已有服务点" not in name and name.strip() != township]


def stations_counted(page: Page) -> int:
    """How many townships have a station that counts."""
    page.goto("/stations/coverage")
    told = page.locator(".figure").filter(has_text="乡镇综合服务站").inner_text()
    found = re.search(r"(\d+) / \d+", told)
    assert found
    return int(found[1])


def uncovered(page: Page) -> int:
    """How many villages have no point: the list's length."""
    page.goto("/stations/coverage")
    found = re.search(r"(\d+) / \d+", page.locator("#uncovered").inner_text())
    assert found
    return int(found[1])


def balance(page: Page, fund: str) -> int:
    page.goto("/stations/funds")
    go(page, fund)
    return fen(figure(page, "余额").inner_text())


# -- a township station ------------------------------------------------------------------------------


def test_a_township_station_from_the_plan_to_the_genuine_report(
    hub: Page, new_manager: str, enter: Callable[..., Page], fund: str, demo: Demo, tmp_path: Path
) -> None:
    township, counted = enter(new_manager), stations_counted(hub)
    station = Build(
        hub=hub,
        township=township,
        inspector=enter("inspector"),
        township_name=NEW_TOWNSHIP,
        place=NEW_TOWNSHIP,
        kind="乡镇综合服务站",
        things=STATION_THINGS,
        folder=tmp_path,
    )
    station.plan()
    apply_with_a_word_of_the_negative_list(station)
    station.begin_site_score()
    keep_picture(station.inspector, "site-score")
    station.hand_in_site_score()
    station.approve("县商务〔2026〕41 号")
    station.grant(fund, "县商务〔2026〕42 号")
    payment_before_acceptance_is_refused(station, demo, fund)
    build_and_buy(station)
    labels_lead_to_the_things(station, enter)
    station.complete()
    keep_picture(township, "project")
    dossier_visit_and_rectification(station)
    station.decide("验收合格", "资料齐全，整改到位，同意验收合格。")
    expect(hub.locator("h1 .tag")).to_have_text("验收合格")
    left = balance(hub, fund)
    station.request_instalment()
    station.pay("国库支付 0417")
    keep_picture(township, "subsidy")
    assert balance(hub, fund) == left - 60_000_00
    desk = enter("county_admin")
    desk.goto(hub.url)
    keep_picture(desk, "fund")
    voucher_into_the_dossier(station)
    number, report = station.issue_report()
    assert_report_says(report, number, NEW_TOWNSHIP, "已拨付¥60,000.00", "国库支付0417")
    assert_genuine_and_altered(enter(None), number, report, tmp_path)
    assert stations_counted(hub) == counted + 1
    hub.goto(station.station)
    expect(hub.locator("h1 .tag")).to_have_text("已验收")


def apply_with_a_word_of_the_negative_list(build: Build) -> None:
    build.begin_application()
    page = build.township
    wall = page.locator("#lines-2").get_by_label("名称")
    wall.fill("门前砌墙")
    press(page, "交上申请，等踏勘")
    expect(page.locator("#lines-2 .error")).to_contain_text("砌墙")
    expect(page.locator("#lines-2 .error")).to_contain_text("土建")
    expect(page.locator("#lines-1").get_by_label("单价（元）")).to_have_value(re.compile("28,?000"))
    wall.fill("墙面粉刷")
    build.hand_in_application()
    assert fact(page, "收款单位") == f"{build.township_name}人民政府"


def payment_before_acceptance_is_refused(build: Build, demo: Demo, fund: str) -> None:
    """Neither a button leads there nor the address itself."""
    page, before = build.hub, balance(build.hub, fund)
    page.goto(build.subsidy)
    expect(page.locator("ol.checklist")).to_contain_text("验收合格以前不能支付")
    assert page.get_by_role("link", name="登记支付").count() == 0
    page.goto(f"/stations/subsidy-instalments/{instalment_of(build, demo)}/payment")
    page.get_by_label("银行凭证号").fill("国库支付 0001")
    page.get_by_label("银行凭证", exact=True).set_input_files(build.scan("银行凭证"))
    press(page, "记下，从专项资金扣减")
    expect(page.locator("#errors")).to_contain_text("审核以后才能支付")
    assert balance(page, fund) == before


def instalment_of(build: Build, demo: Demo) -> UUID:
    """The id that no page of an unpayable instalment shows."""
    subsidy = UUID(build.subsidy.rpartition("/")[2]).hex
    with closing(sqlite3.connect(demo.data_dir / "xiangyi.db")) as db:
        (found,) = db.execute("SELECT id FROM subsidy_instalment WHERE subsidy_id = ?", (subsidy,)).fetchone()
    return UUID(found)


def build_and_buy(build: Build) -> None:
    equipment, works = build.asked("equipment"), build.asked("refurbishment")
    build.start()
    build.contract("BX-2026-1", equipment)
    assert build.list_equipment() == 3
    build.invoice("76543210", CODE, equipment)
    page = build.township
    build.type_invoice("76543210", CODE, 1_000)
    expect(page.locator("#number-error")).to_contain_text("这张发票已经登记过")
    expect(page.get_by_label("价税合计（元）")).to_have_value(re.compile("1,?000"))
    build.type_invoice("26500000000000000041", "", works)
    expect(page.get_by_role("status")).to_contain_text("发票已登记")
    assert read_table(page, "登记的发票").total.fen("价税合计（元）") == (equipment + works) * 100  # type: ignore[union-attr]


def labels_lead_to_the_things(build: Build, enter: Callable[..., Page]) -> None:
    """What a camera reads on a label: for the inspector the thing, for a stranger whose it is."""
    need("zbarimg")
    page = build.township
    page.goto(build.project)
    link = page.locator("main").get_by_role("link", name="打印资产标签").get_attribute("href")
    sheet = build.folder / "labels.pdf"
    sheet.write_bytes(page.request.get(str(link)).body())
    codes = codes_in(pages_of(sheet, 300)[0])
    assert len(set(codes)) == 3
    build.inspector.goto(urlsplit(codes[0]).path)
    build.inspector.get_by_label("在", exact=True).check()
    press(build.inspector, "记下这一件")
    expect(build.inspector.locator("h1 .tag")).to_have_text("在")
    stranger = enter(None)
    stranger.goto(urlsplit(codes[0]).path)
    expect(stranger.locator("main")).to_contain_text("财政补助资金")
    expect(stranger.locator("main")).not_to_contain_text("人民政府")


def dossier_visit_and_rectification(build: Build) -> None:
    """The sign says too little: found, put right, looked at again."""
    build.open_dossier()
    right = f"{NEW_TOWNSHIP}电子商务综合服务站"
    problem = "招牌上少了“电子商务”四个字"
    assert build.fill_dossier(TEXTS | {"招牌文字": f"{NEW_TOWNSHIP}综合服务站"}) == 20
    wrong_file_is_told(build)
    build.hand_in_dossier()
    build.count_assets(3)
    assert build.judge({"招牌文字": problem}) == 21
    build.find_problem("招牌文字", problem)
    build.close_visit()
    build.decide("验收合格", "同意。")
    expect(build.hub.locator("#errors")).to_contain_text("不能通过")
    build.decide("限期整改", "招牌不符，限期整改后复验。")
    build.rectify(problem, "招牌文字", right)
    build.inspect_again(problem, "招牌文字")


def wrong_file_is_told(build: Build) -> None:
    """A file that isn't what its name says is refused at the field, and nothing is stored."""
    page = build.township
    page.goto(f"{build.dossier}/items")
    page.locator("main ul.list a", has_text="门头招牌照片").click()
    keep_picture(page, "acceptance-item")
    photos = page.locator(".photos img").count()
    fake = build.folder / "photo.jpg"
    fake.write_bytes(b"not a photo")
    page.get_by_label("从相册里选").set_input_files(fake)
    press(page, "记下，看下一项")
    expect(page.locator("#files-error")).to_be_visible()
    assert heading(page) == "门头招牌照片"
    assert page.locator(".photos img").count() == photos


def voucher_into_the_dossier(build: Build) -> None:
    page = build.township
    page.goto(f"{build.dossier}/items")
    page.locator("main ul.list a", has_text="银行凭证").click()
    page.get_by_label("文件（PDF、照片或 XLSX）").set_input_files(build.scan("银行凭证"))
    page.get_by_label("文件日期").fill(today())
    page.get_by_label("金额（元）").fill("60000")
    press(page, "记下，看下一项")
    expect(page.get_by_role("status")).to_contain_text("已记下")


def assert_report_says(report: Path, number: str, *words: str) -> None:
    done = subprocess.run([need("pdftotext"), "-layout", str(report), "-"], capture_output=True, text=True, check=True)
    plain = re.sub(r"\s", "", done.stdout)
    for word in (number, "验收清单", "资金", "设备", "整改", *words):
        assert re.sub(r"\s", "", word) in plain, word
    assert done.stdout.count("\f") >= 4


def assert_genuine_and_altered(visitor: Page, number: str, report: Path, folder: Path) -> None:
    visitor.goto(f"/verify/{number.replace(' ', '')}")
    expect(visitor.locator("main .tag").first).to_have_text("有效")
    upload(visitor, report)
    expect(visitor.get_by_role("status")).to_contain_text("真件")
    content = bytearray(report.read_bytes())
    content[len(content) // 2] ^= 1
    altered = folder / "altered.pdf"
    altered.write_bytes(content)
    upload(visitor, altered)
    expect(visitor.get_by_role("status")).to_contain_text("被改过")


def upload(page: Page, path: Path) -> None:
    page.goto("/verify")
    page.get_by_label("您手里的 PDF 文件").set_input_files(path)
    press(page, "上传并核对")


# -- a village point ---------------------------------------------------------------------------------


def test_a_village_point_the_shorter_way(
    hub: Page, new_manager: str, enter: Callable[..., Page], fund: str, tmp_path: Path
) -> None:
    missing = uncovered(hub)
    managers = {HOME_TOWNSHIP: "township_manager", NEW_TOWNSHIP: new_manager}
    township, village = next((t, free[0]) for t in managers if (free := free_villages(hub, t)))
    point = Build(
        hub=hub,
        township=enter(managers[township]),
        inspector=enter("inspector"),
        township_name=township,
        place=village,
        kind="村级服务点",
        things=POINT_THINGS,
        folder=tmp_path,
    )
    point.plan()
    point.begin_application()
    point.hand_in_application()
    point.begin_site_score()
    point.hand_in_site_score()
    point.approve("县商务〔2026〕51 号")
    point.grant(fund, "县商务〔2026〕52 号")
    expect(hub.locator("ol.checklist")).to_contain_text("补助标准允许这一笔在验收前支付")
    expect(hub.get_by_text("验收合格以前不能支付")).to_have_count(1)  # the other part waits
    point.start()
    point.request_instalment()
    point.pay("GK-0501")
    assert point.list_equipment() == 1
    point.invoice("26500000000000000051", "", 4_000)
    point.type_invoice("26500000000000000052", "", 7_000)
    point.complete()
    point.open_dossier()
    assert point.fill_dossier(TEXTS | {"招牌文字": f"{village}电子商务服务点"}) >= 18
    point.hand_in_dossier()
    point.count_assets(1)
    point.judge({})
    point.close_visit()
    point.decide("验收合格", "资料齐全，同意验收合格。")
    point.request_instalment()
    point.pay("GK-0502")
    expect(point.township.locator("h1 .tag")).to_have_text("已拨付")
    number, report = point.issue_report()
    assert_report_says(report, number, village, "已拨付¥10,000.00", "GK-0501", "GK-0502")
    assert_genuine_and_altered(enter(None), number, report, tmp_path)
    assert uncovered(hub) == missing - 1
    expect(hub.locator("#uncovered + ul.list")).not_to_contain_text(village)
