"""What a township, an inspector and the hub do to get a station built, accepted and paid: page by page, by the words
that stand there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from app.core import clock
from stations.seed.pictures import draw_photo, draw_scan
from tests.journeys.reading import press

FIRM = "重庆市黔江区恒达办公设备有限公司"


@dataclass(frozen=True)
class Thing:
    """A line of the budget, and of the equipment list when it is equipment; the price of one in yuan."""

    name: str
    quantity: int
    unit: str
    price: int
    category: str = "equipment"

    @property
    def yuan(self) -> int:
        return self.quantity * self.price


@dataclass
class Build:
    """The building of one station: who acts on which screen, what is built, and the addresses of its pages."""

    hub: Page
    township: Page
    inspector: Page
    township_name: str
    place: str
    kind: str
    things: tuple[Thing, ...]
    folder: Path
    position: tuple[float, float] = (108.77, 28.84)
    station: str = ""
    project: str = ""
    dossier: str = ""
    subsidy: str = ""
    papers: int = field(default=0)

    # -- what people bring along --------------------------------------------------------------------

    def photo(self, caption: str, *, located: bool = True) -> Path:
        """A telephone's photo."""
        return self._keep(draw_photo(caption, self.place, clock.now(), self.position if located else None), "jpg")

    def scan(self, title: str) -> Path:
        """A scanned paper."""
        return self._keep(draw_scan(title, self.place, clock.now()), "pdf")

    def _keep(self, content: bytes, ending: str) -> Path:
        self.papers += 1
        path = self.folder / f"{self.papers}.{ending}"
        path.write_bytes(content)
        return path

    def asked(self, category: str) -> int:
        return sum(thing.yuan for thing in self.things if thing.category == category)

    # -- plan and project ---------------------------------------------------------------------------

    def plan(self) -> None:
        """The hub puts the station into the plan."""
        page = self.hub
        page.goto("/stations/new")
        go(page, self.township_name)
        page.get_by_label("设在哪里").select_option(label=self.place)
        page.get_by_label("类型").select_option(label=self.kind)
        press(page, "登记，列入计划")
        expect(page.locator("h1 .tag")).to_have_text("已规划")
        self.station = page.url

    def begin_application(self) -> None:
        """The township fills the application in, from the page of the planned station."""
        page = self.township
        page.goto(self.station)
        go(page, "申请建设项目")
        page.get_by_label("为什么建在这里").fill("房屋由村集体免租提供五年，门口通班车，逢场天人多。")
        page.get_by_label("建设主体", exact=True).fill(f"{self.place}兴农电子商务专业合作社")
        for n, thing in enumerate(self.things):
            row = page.locator(f"#lines-{n}")
            row.get_by_label("名称").fill(thing.name)
            row.get_by_label("类别").select_option(thing.category)
            row.get_by_label("单位", exact=True).fill(thing.unit)
            row.get_by_label("数量").fill(str(thing.quantity))
            row.get_by_label("单价（元）").fill(str(thing.price))

    def hand_in_application(self) -> None:
        page = self.township
        page.get_by_label("申请、建设方案、房屋协议").set_input_files(self.scan("建设申请和方案"))
        press(page, "交上申请，等踏勘")
        expect(page.locator("h1 .tag")).to_have_text("已申请，待踏勘")
        self.project = page.url

    def begin_site_score(self) -> None:
        """The inspector on the site: photos first, then points."""
        page = self.inspector
        page.goto(self.project)
        go(page, "到现场打分")
        page.get_by_label("选址照片").set_input_files([self.photo("选址外景"), self.photo("门前道路")])
        for points in page.locator("main .card .with-unit input").all():
            points.fill("9")

    def hand_in_site_score(self) -> None:
        page = self.inspector
        page.get_by_label("踏勘意见").fill("位置合适，房屋有协议，同意选址。")
        press(page, "记下踏勘结果")
        expect(page.locator("h1 .tag")).to_have_text("已踏勘，待批复")

    def approve(self, reference: str) -> None:
        page = self.hub
        page.goto(self.project)
        go(page, "批复")
        page.get_by_label("批复文号").fill(reference)
        press(page, "批复，站点改为“选址通过”")
        expect(page.locator("h1 .tag")).to_have_text("已批复，待开工")

    def start(self) -> None:
        page = self.township
        page.goto(self.project)
        go(page, "登记开工")
        press(page, "登记开工")
        expect(page.locator("h1 .tag")).to_have_text("建设中")

    # -- what was bought ----------------------------------------------------------------------------

    def contract(self, number: str, yuan: int) -> None:
        page = self.township
        page.goto(self.project)
        go(page, "登记合同")
        page.get_by_label("合同编号").fill(number)
        page.get_by_label("合同内容").fill("设备采购和装修")
        page.get_by_label("对方单位").fill(FIRM)
        page.get_by_label("签订日期").fill(today())
        page.get_by_label("合同金额（元）").fill(str(yuan))
        page.get_by_label("合同扫描件").set_input_files(self.scan("采购合同"))
        press(page, "登记这份合同")
        expect(page.get_by_role("status")).to_have_text("合同已登记。")

    def list_equipment(self) -> int:
        """Every thing onto the list; returns how many labels were given out."""
        page = self.township
        page.goto(self.project)
        go(page, "登记设备")
        things = [thing for thing in self.things if thing.category == "equipment"]
        for thing in things:
            page.get_by_label("设备名称").fill(thing.name)
            page.get_by_label("数量").fill(str(thing.quantity))
            page.get_by_label("单位", exact=True).fill(thing.unit)
            page.get_by_label("金额（元）").fill(str(thing.yuan))
            press(page, "登记这一行")
            expect(page.get_by_role("status")).to_contain_text(f"发了 {thing.quantity} 个资产标签号")
        return sum(thing.quantity for thing in things)

    def type_invoice(self, number: str, code: str, yuan: int) -> None:
        """An invoice into the form, and off."""
        page = self.township
        page.goto(self.project)
        go(page, "登记发票")
        page.get_by_label("发票号码").fill(number)
        page.get_by_label("发票代码").fill(code)
        page.get_by_label("开票日期").fill(today())
        page.get_by_label("销售方").fill(FIRM)
        page.get_by_label("价税合计（元）").fill(str(yuan))
        page.get_by_label("其中税额（元）").fill("100")
        press(page, "登记这张发票")

    def invoice(self, number: str, code: str, yuan: int) -> None:
        """The invoice, and which things it bought."""
        page = self.township
        self.type_invoice(number, code, yuan)
        expect(page.get_by_role("status")).to_contain_text("发票已登记")
        go(page, "写明买了什么")
        for thing in self.things:
            if thing.category == "equipment":
                page.get_by_label(thing.name).fill(str(thing.quantity))
        press(page, "记下买了什么")
        expect(page.get_by_role("status")).to_contain_text("已写明")

    def complete(self) -> None:
        page = self.township
        page.goto(self.project)
        go(page, "登记完工自查")
        page.get_by_label("完工照片").set_input_files([self.photo("完工后门头"), self.photo("完工后室内")])
        page.get_by_label("自查情况").fill("门头、墙面已完工，设备全部到位并贴好资产标签，和清单、发票一致。")
        press(page, "登记完工，站点改为“已自查”")
        expect(page.locator("h1 .tag")).to_have_text("已完工，待验收")

    # -- acceptance ---------------------------------------------------------------------------------

    def open_dossier(self) -> None:
        page = self.township
        page.goto(self.project)
        go(page, "整理验收资料")
        press(page, "开始整理资料")
        expect(page.locator("h1")).to_contain_text("验收清单")
        self.dossier = page.url.removesuffix("/items")

    def fill_dossier(self, answers: dict[str, str]) -> int:
        """Item by item, as the pages lead on; returns how many. ``answers`` are the texts by label."""
        page, done = self.township, 0
        page.goto(f"{self.dossier}/items")
        page.locator("main ul.list a").first.click()
        while "acceptance-items" in page.url:
            label = heading(page)
            if page.get_by_label("文件（PDF、照片或 XLSX）").count():
                page.get_by_label("文件（PDF、照片或 XLSX）").set_input_files(self.scan(label))
                page.get_by_label("出具单位").fill(f"{self.township_name}人民政府")
                page.get_by_label("文件日期").fill(today())
            elif page.get_by_label("文字说明").count():
                page.get_by_label("文字说明").fill(answers[label])
            else:
                page.get_by_label("从相册里选").set_input_files(self.photo(label))
            press(page, "记下，看下一项")
            expect(page.get_by_role("status")).to_contain_text(f"已记下“{label}”")
            done += 1
        return done

    def hand_in_dossier(self) -> None:
        page = self.township
        page.goto(self.dossier)
        press(page, "报送验收资料")
        expect(page.locator("h1 .tag")).to_have_text("已报送，待查验")

    def count_assets(self, labels: int) -> None:
        """The inspector goes through the labels on site."""
        page = self.inspector
        page.goto(self.dossier)
        go(page, "清点设备")
        there = page.get_by_label("在", exact=True).all()
        assert len(there) == labels
        for choice in there:
            choice.check()
        press(page, "记下清点结果")
        expect(page.get_by_role("status")).to_contain_text(f"{labels} 件")
        expect(page.locator("h2", has_text="三方核对").locator(".tag")).to_have_text("一致")
        go(page, "看这份验收")

    def judge(self, wrong: dict[str, str]) -> int:
        """Every item on site, as the pages lead on; returns how many. ``wrong`` says by label what doesn't fit."""
        page, done = self.inspector, 0
        page.goto(self.dossier)
        go(page, "逐项查验")
        page.locator("main ul.list a").first.click()
        while "acceptance-items" in page.url:
            label = heading(page)
            page.get_by_label("不符" if label in wrong else "合格", exact=True).check()
            page.get_by_label("说明", exact=True).fill(wrong.get(label, ""))
            if label == "带位置的现场照片":
                page.get_by_label("现场照片").set_input_files(self.photo("站点全景"))
            press(page, "记下，看下一项")
            expect(page.get_by_role("status")).to_contain_text(f"已记下“{label}”")
            done += 1
        return done

    def find_problem(self, item: str, problem: str) -> None:
        """The inspector writes a problem down, from the item that doesn't fit."""
        page = self.inspector
        page.goto(f"{self.dossier}/items")
        page.locator("main ul.list a", has_text=item).click()
        go(page, "为这一项记一个问题")
        page.get_by_label("问题", exact=True).fill(problem)
        expect(page.get_by_label("哪一项")).not_to_have_value("")
        page.get_by_label("整改责任人").fill("向秀英")
        page.get_by_label("整改期限").fill(today(7))
        press(page, "记下这个问题")
        expect(page.locator("#findings + ul")).to_contain_text(problem)

    def close_visit(self) -> None:
        page = self.inspector
        page.goto(self.dossier)
        go(page, "查验完了")
        press(page, "交县里决定")
        expect(page.locator("h1 .tag")).to_have_text("已查验，待决定")

    def decide(self, decision: str, opinion: str) -> None:
        page = self.hub
        page.goto(self.dossier)
        go(page, "作决定")
        page.get_by_label(decision, exact=True).check()
        page.get_by_label("验收意见").fill(opinion)
        page.get_by_label("乡镇人民政府签字人").fill("向秀英")
        page.get_by_label("县级主管部门签字人").fill("周科长")
        press(page, "作出决定，记入档案")

    def rectify(self, problem: str, item: str, answer: str) -> None:
        """The township puts a problem right, with a photo, and the dossier too."""
        page = self.township
        page.goto(self.dossier)
        go(page, "去整改")
        go(page, problem)
        page.get_by_label("整改后的照片").set_input_files(self.photo("整改后门头"))
        page.get_by_label("怎么改的").fill("重做了招牌，名称和批复一致。")
        press(page, "已改好，请求复验")
        expect(page.locator("#findings + ul")).to_contain_text("已整改，待复验")
        page.goto(f"{self.dossier}/items")
        page.locator("main ul.list a", has_text=item).click()
        page.get_by_label("文字说明").fill(answer)
        press(page, "记下，看下一项")

    def inspect_again(self, problem: str, item: str) -> None:
        page = self.inspector
        page.goto(self.dossier)
        go(page, "去复验")
        go(page, problem)
        page.get_by_label("已改好，销号").check()
        press(page, "记下复验结果")
        expect(page.locator("h1 .tag")).to_have_text("已销号")
        go(page, "看这一项")
        assert heading(page) == item
        page.get_by_label("合格", exact=True).check()
        page.get_by_label("说明", exact=True).fill("整改后复验合格")
        press(page, "记下，看下一项")

    # -- money --------------------------------------------------------------------------------------

    def grant(self, fund: str, reference: str) -> None:
        page = self.hub
        page.goto(self.project)
        go(page, "核定补助")
        page.get_by_label("从哪笔资金拨付").select_option(label=fund)
        page.get_by_label("核定文号").fill(reference)
        press(page, "核定这笔补助")
        expect(page.locator("h1 .tag")).to_have_text("已核定，未拨付")
        self.subsidy = page.url

    def request_instalment(self) -> None:
        page = self.township
        page.goto(self.project)
        page.locator("h2", has_text="建设补助").locator("+ ul a").click()
        go(page, "申请拨付")
        press(page, "申请，请县里审核")
        expect(page.get_by_role("status")).to_contain_text("已申请")

    def pay(self, voucher: str) -> None:
        """The hub agrees and pays; the township says that the money has come."""
        page = self.hub
        page.goto(self.subsidy)
        go(page, "审核申请")
        press(page, "同意，可以支付")
        go(page, "登记支付")
        page.get_by_label("银行凭证号").fill(voucher)
        page.get_by_label("银行凭证", exact=True).set_input_files(self.scan("银行凭证"))
        press(page, "记下，从专项资金扣减")
        expect(page.get_by_role("status")).to_contain_text("支付已登记")
        page = self.township
        page.goto(self.subsidy)
        go(page, "确认收到")
        press(page, "确认，钱已到乡镇账上")
        expect(page.get_by_role("status")).to_have_text("已确认收到。")

    def issue_report(self) -> tuple[str, Path]:
        """The hub issues the report; returns its number and the file."""
        page = self.hub
        page.goto(self.dossier)
        press(page, "签发验收报告")
        number = page.locator("#report + dl a").inner_text().strip()
        link = page.locator("main").get_by_role("link", name="打开 PDF")
        path = self.folder / "report.pdf"
        path.write_bytes(page.request.get(str(link.get_attribute("href"))).body())
        return number, path


def go(page: Page, words: str) -> None:
    """Follow the link of the page that says just this, or that begins so in a list of stations or problems."""
    page.locator("main").get_by_role("link", name=re.compile(rf"^\s*{re.escape(words)}")).first.click()


def heading(page: Page) -> str:
    """What the page of an item is about, without its number and result."""
    text = page.locator("h1").evaluate("h1 => h1.firstChild.textContent")
    return str(text).strip().partition(". ")[2]


def today(later: int = 0) -> str:
    """Today as a date field takes it."""
    return (clock.today() + timedelta(days=later)).isoformat()
