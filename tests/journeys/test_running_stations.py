"""Running stations are inspected, and what is posted may be objected to: in the browser, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.building import Build, go
from tests.journeys.conftest import DESK, keep_picture
from tests.journeys.reading import fact, figure, press

pytestmark = pytest.mark.xdist_group("journeys")  # one worker makes the county and drives the browser

HOME_TOWNSHIP = "桃花源街道"  # where the demonstration's township manager works
HOME = f"{HOME_TOWNSHIP}综合服务站"  # the station of the demonstration's township manager
SIGN = "招牌、制度上墙"


@pytest.fixture
def hub(enter: Callable[..., Page]) -> Page:
    return enter("county_admin", DESK)


# -- a round -----------------------------------------------------------------------------------------


def test_a_round_of_inspection_until_a_station_is_put_right(
    hub: Page, enter: Callable[..., Page], tmp_path: Path
) -> None:
    township, inspector = enter("township_manager"), enter("inspector")
    photos = Build(hub, township, inspector, HOME_TOWNSHIP, HOME_TOWNSHIP, "乡镇综合服务站", (), tmp_path)
    the_round = plan_round(hub)
    inspection = score_station(township, the_round, photos)
    review_station(inspector, inspection, photos)
    publish_round(hub, the_round)
    hub.goto(inspection)
    assert figure(hub, "总分").inner_text().startswith("57")
    go(hub, "责令整改")
    press(hub, "责令整改，站点停业")
    assert status_of_home(hub) == "停业整顿"
    finding = rectify_finding(township, inspection, photos)
    inspector.goto(finding)
    inspector.get_by_label("已改好，销号").check()
    press(inspector, "记下复查结果")
    hub.goto(inspection)
    go(hub, "作整改结论")
    hub.get_by_label("整改合格，站点恢复营业").check()
    hub.get_by_label("理由").fill("招牌已重做，复查合格。")
    press(hub, "作出结论，站点状态随着改")
    assert status_of_home(hub) == "运营中"
    hub.goto(the_round)
    press_and_confirm(hub, "本轮办结")
    expect(hub.locator("h1 .tag")).to_have_text("已办结")
    go(hub, "看指标")
    expect(hub.locator("main tr", has_text="村民知晓度")).to_contain_text("10 / 20")


def plan_round(hub: Page) -> str:
    """The hub plans a round over one township's station and begins it; returns its address."""
    hub.goto("/stations/inspection-rounds/new")
    hub.get_by_label("名称").fill("第四季度巡检")
    hub.get_by_label("村级服务点").uncheck()
    hub.get_by_label("指定乡镇").check()
    hub.locator("summary", has_text="选乡镇").click()
    hub.get_by_label(HOME_TOWNSHIP).check()
    press(hub, "安排这一轮")
    assert fact(hub, "总体") == "1 个站点"
    press(hub, "开始巡检")
    expect(hub.locator("h1 .tag")).to_have_text("巡检中")
    return hub.url


def score_station(township: Page, the_round: str, photos: Build) -> str:
    """The township scores every criterion standing in the station; returns the address of the inspection."""
    township.goto(the_round)
    go(township, HOME)
    inspection = township.url
    go(township, "打分：")
    while "/criteria/" in township.url:
        township.get_by_label("得分").fill("5")
        for n, count in enumerate(township.locator("main .row input").all()):
            count.fill("10" if n == 0 else "20")
        township.get_by_label("现场照片").set_input_files(photos.photo("现场"))
        if "/awareness" in township.url:
            keep_picture(township, "inspection-criterion")
        press(township, "记下，看下一项")
        expect(township.get_by_role("status")).to_contain_text("已记下")
    go(township, "交县里复核")
    press(township, "交县里复核")
    expect(township.locator("h1 .tag")).to_have_text("乡镇已评，待复核")
    return inspection


def review_station(inspector: Page, inspection: str, photos: Build) -> None:
    """The inspector differs at one criterion, has to say why, writes a problem down and settles the total."""
    inspector.goto(inspection)
    go(inspector, SIGN)
    inspector.get_by_label("得分").fill("2")
    press(inspector, "记下，看下一项")
    expect(inspector.locator("#remark-error")).to_contain_text("请写明原因")
    expect(inspector.get_by_label("得分")).to_have_value("2")
    inspector.get_by_label("说明").fill("招牌褪色，看不清字。")
    press(inspector, "记下，看下一项")
    inspector.goto(inspection)
    go(inspector, SIGN)
    go(inspector, "为这一项记一个问题")
    inspector.get_by_label("现场照片").set_input_files(photos.photo("褪色的招牌"))
    inspector.get_by_label("问题", exact=True).fill("招牌褪色，看不清字")
    press(inspector, "记下这个问题")
    go(inspector, "复核完了")
    press(inspector, "复核完了")
    expect(inspector.get_by_role("status")).to_contain_text("复核完成：57")


def publish_round(hub: Page, the_round: str) -> None:
    hub.goto(the_round)
    press(hub, "评分完毕")
    press_and_confirm(hub, "公布结果，锁定得分")
    expect(hub.locator("h1 .tag")).to_have_text("已公布")


def rectify_finding(township: Page, inspection: str, photos: Build) -> str:
    township.goto(inspection)
    go(township, "招牌褪色")
    township.get_by_label("整改后的照片").set_input_files(photos.photo("新招牌"))
    township.get_by_label("怎么改的").fill("重做了招牌。")
    finding = township.url
    press(township, "已改好，请求复查")
    expect(township.locator("#findings + ul")).to_contain_text("已整改，待复验")
    return finding


def press_and_confirm(page: Page, words: str) -> None:
    """A button behind a sentence that must be opened first."""
    page.locator("main summary", has_text=words).click()
    press(page, words)


def status_of_home(page: Page) -> str:
    page.goto("/stations?kind=township_station")
    go(page, HOME)
    return page.locator("h1 .tag").inner_text()


# -- what is posted ----------------------------------------------------------------------------------


def test_a_stranger_objects_to_a_posting_and_gets_an_answer(hub: Page, enter: Callable[..., Page]) -> None:
    title, text = "板溪镇综合服务站验收结果公示", "经现场查验和整改复验，板溪镇综合服务站验收合格。"
    hub.goto("/stations/publicities/new")
    hub.get_by_label("公示什么").select_option(label="验收结果")
    hub.get_by_label("标题").fill(title)
    hub.get_by_label("内容").fill(f"{text}受理电话 13900001234。")
    hub.get_by_label("还贴在哪里").fill("县政府网站、板溪镇公示栏")
    press(hub, "发布，让大家都看到")
    expect(hub.locator("#text-error")).to_contain_text("不能有手机号")
    hub.get_by_label("内容").fill(text)
    press(hub, "发布，让大家都看到")
    posting = hub.url

    stranger = enter(None)
    stranger.goto("/publicity")
    go(stranger, title)
    stranger.get_by_label("哪里不对？").fill("站里只有一组货架，名单上写的是两组。")
    press(stranger, "提出异议，拿查询码")
    code = stranger.locator(".big").inner_text()

    hub.goto(posting)
    go(hub, "看第一件异议")
    hub.get_by_label("答复").fill("已到站核对：另一组货架在后间，标签和清单一致。")
    hub.get_by_label("公开，写在公示页上").check()
    press(hub, "答复这件异议")
    expect(hub.locator("main")).to_contain_text("已答复")

    go(stranger, "凭查询码看答复")
    stranger.get_by_label("查询码").fill(code)
    press(stranger, "看答复")
    expect(stranger.locator("main")).to_contain_text("另一组货架在后间")
    expect(stranger.locator("main")).not_to_contain_text("只有一组货架")  # the code tells the answer, not the objection
