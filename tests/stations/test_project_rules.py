"""The rules of construction projects: negative list, budget, site scores, credit codes, three-way count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.core.ids import check_code
from stations.errors import NotFunded
from stations.models import PROJECT_MOVES, BudgetCategory, CountResult, ProjectStatus, StationKind
from stations.rules import counting, negative_list, projects, site
from stations.rules.budget import category_of_contract, category_of_invoice
from stations.rules.negative_list import Entry
from stations.service.projects import criteria_lists
from tests.factories.projects import line

DAY = date(2026, 11, 22)
E, R = BudgetCategory.EQUIPMENT, BudgetCategory.REFURBISHMENT
HERE, GONE, BROKEN = CountResult.PRESENT, CountResult.ABSENT, CountResult.DAMAGED


# -- the negative list ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, category",
    [
        ("服务站新建房屋", "土建"),
        ("门前停车场建设", "土建"),
        ("征地补偿", "征地和购房"),
        ("购买门面两间", "征地和购房"),
        ("办公楼装修", "楼堂馆所"),
        ("抖音购买流量", "购买流量"),
        ("直通车充值", "购买流量"),
        ("施工资料和工资", "人员工资和经费"),
        ("自建平台", "平台建设"),
        ("ＡＰＰ开发", "平台建设"),
        ("人员工资", "人员工资和经费"),
        ("差 旅 费", "人员工资和经费"),
        ("越野车一辆", "公务用车"),
        ("捐赠", "还债和罚款"),
    ],
)
def test_what_the_subsidy_is_not_for(text: str, category: str) -> None:
    (hit,) = negative_list.hits(text, DAY)
    assert hit.category == category
    assert hit.source


@pytest.mark.parametrize("text", ["货架", "台式电脑 一体机", "门头招牌和灯箱", "墙面粉刷", "电路改造", "监控 8 路", ""])
def test_what_it_is_for(text: str) -> None:
    assert negative_list.hits(text, DAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        "施工资料袋",
        "竣工资料归档",
        "印刷单据",
        "购买粉刷材料",
        "粉刷量180平方米",
        "装修路灯",
        "产地基地标牌",
        "电商直通车招牌",
        "乡土建筑风格门头",
        "社会所需物资货架",
        "采购房间标牌",
    ],
)
def test_harmless_words_with_the_letters_of_others(text: str) -> None:
    assert negative_list.hits(text, DAY) == ()


@pytest.mark.parametrize(
    "day, found", [(date(2025, 12, 31), 0), (date(2026, 1, 1), 1), (date(2026, 6, 30), 1), (date(2026, 7, 1), 0)]
)
def test_an_entry_holds_from_its_first_day_until_the_day_before_its_last(day: date, found: int) -> None:
    entry = Entry("x", "空调", ("空调",), "县里的文", date(2026, 1, 1), date(2026, 7, 1))
    assert len(negative_list.hits("立式空调", day, [entry])) == found


def test_an_exception_keeps_its_word_from_counting() -> None:
    entry = Entry("x", "楼", ("宿舍楼",), "文", date(2026, 1, 1), unless=("宿舍楼门口",))
    assert negative_list.hits("宿舍楼门口快递柜", DAY, [entry]) == ()
    assert len(negative_list.hits("宿舍楼和宿舍楼门口", DAY, [entry])) == 1


# -- the budget ----------------------------------------------------------------------------------


def test_a_budget_line_says_number_word_and_source() -> None:
    with pytest.raises(NotFunded, match="第 2 行“围墙”：“围墙”属于“土建”，不能用补助资金（") as refused:
        projects.check_budget([line(), line("围墙", category=R)], DAY)
    assert refused.value.field == "lines"


@pytest.mark.parametrize(
    "lines",
    [[], [line(price_fen=0)], [line(quantity=Decimal(0))], [line()] * (projects.MOST_LINES + 1)],
    ids=["none", "free", "nothing", "endless"],
)
def test_a_budget_that_is_none(lines: list[projects.BudgetLine]) -> None:
    with pytest.raises(InvalidInput) as refused:
        projects.check_budget(lines, DAY)
    assert refused.value.field == "lines"


def test_sums_by_category() -> None:
    lines = [
        line(),
        line(price_fen=99, quantity=Decimal("2.5")),
        line("粉刷", 3_500, category=R, quantity=Decimal(180)),
    ]
    assert projects.sums(lines) == {E: 360_000 + 248, R: 630_000}
    assert projects.sums([]) == {E: 0, R: 0}


@given(st.lists(st.tuples(st.sampled_from([E, R]), st.integers(1, 10**7), st.integers(1, 1000)), max_size=8))
def test_the_categories_sum_to_the_whole(rows: list[tuple[BudgetCategory, int, int]]) -> None:
    lines = [line(price_fen=price, category=kind, quantity=Decimal(n)) for kind, price, n in rows]
    assert sum(projects.sums(lines).values()) == sum(one.amount_fen for one in lines)


@pytest.mark.parametrize(
    "equipment, refurbishment, field",
    [(101, 0, "equipment"), (0, 51, "refurbishment"), (-1, 10, "equipment"), (0, 0, "equipment")],
)
def test_an_approval_beyond_what_was_asked(equipment: int, refurbishment: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        projects.check_approval({E: equipment, R: refurbishment}, {E: 100, R: 50})
    assert refused.value.field == field


@pytest.mark.parametrize("equipment, refurbishment", [(100, 50), (1, 0), (0, 50)])
def test_an_approval_within_what_was_asked(equipment: int, refurbishment: int) -> None:
    projects.check_approval({E: equipment, R: refurbishment}, {E: 100, R: 50})


@pytest.mark.parametrize("typed", ["91110000600037341L", " 9111 0000 6000 3734 1l", ""])
def test_a_credit_code_in_its_plain_form(typed: str) -> None:
    assert projects.check_credit_code(typed, "x") == ("91110000600037341L" if typed else "")


@pytest.mark.parametrize("typed", ["91110000600037341X", "123", "９１１１"])
def test_a_wrong_credit_code(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        projects.check_credit_code(typed, "builder_number")
    assert refused.value.field == "builder_number"


def test_every_status_that_is_not_over_has_a_next_step() -> None:
    going_on = {status for status in ProjectStatus if PROJECT_MOVES.allowed(status)}
    assert set(projects.NEXT) == going_on


# -- the site ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT])
def test_the_kept_criteria_come_to_a_hundred(kind: StationKind) -> None:
    found = site.criteria_for(criteria_lists(), kind, DAY)
    assert found is not None
    assert (found.most, found.pass_mark) == (100, 60)
    assert len({one.key for one in found.criteria}) == 7


TWO = site.CriteriaList(
    "two",
    StationKind.VILLAGE_POINT,
    "两项",
    DAY,
    6,
    (site.Criterion("road", "路", 5), site.Criterion("crowd", "人", 5)),
)


@pytest.mark.parametrize("points, total", [({"road": 5, "crowd": 5}, 10), ({"road": 0, "crowd": 0}, 0)])
def test_points_are_added(points: dict[str, int], total: int) -> None:
    assert site.check_points(TWO, points) == total


@pytest.mark.parametrize(
    "points, field", [({"road": 5}, "crowd"), ({"road": 6, "crowd": 5}, "road"), ({"road": 5, "crowd": -1}, "crowd")]
)
def test_points_that_can_not_be_given(points: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        site.check_points(TWO, points)
    assert refused.value.field == field


def test_the_newest_list_of_the_day_holds() -> None:
    later = site.CriteriaList("later", TWO.kind, "新", date(2027, 1, 1), 6, TWO.criteria)
    assert site.criteria_for([TWO, later], TWO.kind, DAY) is TWO
    assert site.criteria_for([TWO, later], TWO.kind, date(2027, 1, 1)) is later
    assert site.criteria_for([TWO, later], TWO.kind, date(2020, 1, 1)) is None
    assert site.criteria_for([TWO], StationKind.COUNTY_CENTER, DAY) is None


# -- labels and the three-way count --------------------------------------------------------------


@pytest.mark.parametrize("quantity, labels", [("6", 6), ("1", 1), ("6.000", 6), ("12.5", 1), ("500", 500)])
def test_one_label_for_each_piece(quantity: str, labels: int) -> None:
    assert counting.pieces(Decimal(quantity)) == labels


@pytest.mark.parametrize("quantity", ["0", "-1", "501"])
def test_quantities_nobody_labels(quantity: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        counting.pieces(Decimal(quantity))
    assert refused.value.field == "quantity"


@given(st.integers(1, 9999))
def test_an_asset_number_has_its_station_and_a_check_digit(serial: int) -> None:
    number = counting.asset_number("421010016", serial)
    assert number.startswith(f"42101001{serial:04d}")
    assert check_code(number) == number


def test_numbers_as_they_are_typed_or_scanned() -> None:
    one, two = (counting.asset_number("421010016", n) for n in (1, 2))
    typed = f" {one[:4]} {one[4:]}\nhttps://x.example/stations/assets/{two}，{one}\n\n"
    assert counting.typed_numbers(typed) == [one, two]
    with pytest.raises(InvalidInput, match="“123”不是标签号"):
        counting.typed_numbers(f"{one}\n123")


def listed(**changed: Any) -> counting.Listed:
    facts: dict[str, Any] = {"name": "货架", "model": "", "unit": "组", "quantity": Decimal(3), "invoiced": Decimal(3)}
    return counting.Listed(**(facts | {"labels": 3, "results": (HERE, HERE, HERE)} | changed))


@pytest.mark.parametrize(
    "changed, words",
    [
        ({}, []),
        ({"invoiced": Decimal(2)}, ["清单 3 组，发票 2 组"]),
        ({"invoiced": Decimal(0)}, ["清单 3 组，发票 0 组"]),
        ({"results": (HERE, HERE)}, ["1 个标签还没有清点"]),
        ({"results": (HERE, GONE, HERE)}, ["1 个不在现场"]),
        ({"results": (BROKEN, HERE, HERE)}, ["1 个损坏"]),
        (
            {"invoiced": Decimal(4), "results": (GONE, BROKEN)},
            ["清单 3 组，发票 4 组", "1 个标签还没有清点", "1 个不在现场", "1 个损坏"],
        ),
    ],
)
def test_the_three_way_count(changed: dict[str, Any], words: list[str]) -> None:
    (row,) = counting.compare([listed(**changed)])
    assert [str(word) for word in row.differences] == words
    assert row.agrees is (not words)


@given(st.lists(st.sampled_from([HERE, GONE, BROKEN]), max_size=3))
def test_every_label_is_counted_once(results: list[CountResult]) -> None:
    (row,) = counting.compare([listed(results=tuple(results))])
    assert row.present + row.damaged + row.absent + row.uncounted == 3


@pytest.mark.parametrize(
    ("invoices", "category"),
    [
        ([], None),
        ([True], BudgetCategory.EQUIPMENT),
        ([True, True], BudgetCategory.EQUIPMENT),
        ([False], BudgetCategory.REFURBISHMENT),
        ([True, False], None),
    ],
)
def test_a_contract_belongs_where_all_its_invoices_belong(
    invoices: list[bool], category: BudgetCategory | None
) -> None:
    assert category_of_contract([category_of_invoice(buys_listed_things=buys) for buys in invoices]) is category
