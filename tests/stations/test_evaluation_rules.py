"""Score trees, scores and their sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from stations.errors import EvaluationIncomplete
from stations.models.evaluation import EVALUATION_MOVES, EvaluationStatus, Round
from stations.models.finding import FindingStatus
from stations.rules import evaluation as rules
from stations.rules.score_tree import BrokenTree, tree_for
from stations.service.evaluation import read_trees, trees

TEXT = (files("stations") / "data" / "score_trees.toml").read_text(encoding="utf-8")
HALF = Decimal("0.5")
MECHANISM = 'key = "mechanism"\nlabel = "工作机制"\npoints = '


@dataclass
class Leaf:
    label: str = "工作机制"
    group: str = "组织"
    part: str = "组织管理"
    points: Decimal = Decimal(3)
    is_bonus: bool = False
    scores: dict[Round, Decimal] = field(default_factory=dict)
    reasons: dict[Round, str] = field(default_factory=dict)

    def score(self, of: Round) -> Decimal | None:
        return self.scores.get(of)

    def reason(self, of: Round) -> str:
        return self.reasons.get(of, "")


# -- the tree --------------------------------------------------------------------------------------


def test_the_tree_comes_to_a_hundred_and_ten() -> None:
    (tree,) = trees()
    assert sum(leaf.points for leaf in tree.leaves if not leaf.is_bonus) == 100
    assert sum(leaf.points for leaf in tree.leaves if leaf.is_bonus) == 10
    assert 25 <= len(tree.leaves) <= 35
    groups = {leaf.group: Decimal(0) for leaf in tree.leaves}
    for leaf in tree.leaves:
        groups[leaf.group] += leaf.points
    assert groups["组织管理与规范"] == 17
    assert groups["投入"] == 18


@pytest.mark.parametrize(
    "old, new, told",
    [
        (MECHANISM + "2", MECHANISM + "3", "组织管理: says 9"),
        ('label = "投入"\npoints = 18', 'label = "投入"\npoints = 19', "投入: says 19 points, its leaves come to 18"),
        ("points = 2\nexplanation", "points = 2.3\nexplanation", "mechanism: points 2.3"),
        ("points = 2\nexplanation", 'points = "two"\nexplanation', "mechanism"),
        ("points = 2\nexplanation", "points = true\nexplanation", "mechanism: points True is no number"),
        ("points = 2\nexplanation", "explanation", "mechanism: points is missing"),
        ("points = 2\nexplanation", "points = -2\nexplanation", "mechanism: points -2"),
        ('key = "rules_and_supervision"', 'key = "mechanism"', "mechanism: comes twice"),
        ('label = "工作机制"\n', "", "mechanism: label is missing"),
        ('evidence = ["领导小组文件", "会议纪要、签到"]', "evidence = []", "mechanism: evidence is missing"),
        ("10\nbonus = true", "10\nbonus = false", "the main groups come to 110 points, not 100"),
        ("valid_from = 2019-01-01", "", "county-2019: valid_from is missing"),
        ("\n[[tree]]", "\n[[tree", "score trees"),
        ("\n[[tree]]", "\n[[wood]]", "score trees"),
    ],
)  # fmt: skip
def test_a_broken_tree_is_refused_by_name(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(BrokenTree) as refused:
        read_trees(TEXT.replace(old, new, 1))
    assert told in str(refused.value)


def test_a_broken_tree_names_the_line() -> None:
    broken = TEXT.replace(
        'key = "mechanism"\nlabel = "工作机制"\npoints = 2', 'key = "mechanism"\nlabel = "工作机制"\npoints = 0'
    )
    line = TEXT[: TEXT.index('key = "mechanism"')].count("\n") + 1
    with pytest.raises(BrokenTree, match=f"line {line}, mechanism"):
        read_trees(broken)


def test_two_trees_may_not_share_a_key() -> None:
    with pytest.raises(BrokenTree, match="comes twice"):
        read_trees(TEXT + "\n" + TEXT)


@pytest.mark.parametrize(
    "day, found", [(date(2018, 12, 31), None), (date(2019, 1, 1), "county-2019"), (date(2030, 1, 1), "county-2019")]
)
def test_a_tree_holds_from_its_day(day: date, found: str | None) -> None:
    tree = tree_for(trees(), day)
    assert (tree.key if tree else None) == found


# -- scores ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("score", ["0", "0.5", "2.5", "3", "3.0"])
def test_scores_that_may_be_given(score: str) -> None:
    rules.check_score(Decimal(score), Decimal(3))


@pytest.mark.parametrize("score", ["-0.5", "3.5", "100", "0.3", "2.25"])
def test_scores_that_may_not(score: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.check_score(Decimal(score), Decimal(3))
    assert refused.value.field == "score"


@pytest.mark.parametrize(
    "score, before, reason, good",
    [
        ("2", "2", "", True),
        ("2.0", "2", "", True),
        ("2", None, "", True),
        ("1.5", "2", "缺一季度的记录", True),
        ("1.5", "2", "  ", False),
        ("2.5", "2", "", False),
    ],
)
def test_a_changed_score_needs_a_reason(score: str, before: str | None, reason: str, good: bool) -> None:
    was = None if before is None else Decimal(before)
    if good:
        rules.check_reason(Decimal(score), was, reason)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_reason(Decimal(score), was, reason)
    assert refused.value.field == "reason"


@pytest.mark.parametrize("path, good", [
    ("/stations", True), ("/stations/acceptances?status=passed", True), ("/a/b#c", True),
    ("stations", False), ("//evil.example", False), ("https://evil.example", False), ("", False),
    ("/a b", False), ("/\\evil.example", False), ("/a\nb", False),
])  # fmt: skip
def test_links_lead_inside(path: str, good: bool) -> None:
    if good:
        rules.check_path(path)
        return
    with pytest.raises(InvalidInput):
        rules.check_path(path)


@pytest.mark.parametrize("year, good", [(2013, False), (2014, True), (2026, True), (2027, False)])
def test_years_that_can_be_evaluated(year: int, good: bool) -> None:
    if good:
        rules.check_year(year, date(2026, 3, 1))
        return
    with pytest.raises(InvalidInput):
        rules.check_year(year, date(2026, 3, 1))


def test_unscored_leaves_are_named() -> None:
    leaves = [Leaf(label=f"指标{n}") for n in range(8)]
    leaves[0].scores[Round.SELF] = Decimal(0)
    with pytest.raises(EvaluationIncomplete, match=r"还有 7 项没有打分：指标1、指标2、.*……"):
        rules.check_all_scored(leaves, Round.SELF)
    leaves = leaves[:1]
    rules.check_all_scored(leaves, Round.SELF)


@pytest.mark.parametrize(
    "now, reason, good", [("2", "", True), ("1", "缺签到", True), ("1", "", False), ("1", "  ", False)]
)
def test_a_review_is_compared_with_the_round_before_as_it_is_now(now: str, reason: str, good: bool) -> None:
    scores = {Round.SELF: Decimal(2), Round.COUNTY: Decimal(now)}
    leaves = [Leaf(label="工作机制", scores=scores, reasons={Round.COUNTY: reason})]
    rules.check_all_reasons(leaves, Round.SELF)
    if good:
        rules.check_all_reasons(leaves, Round.COUNTY)
        return
    with pytest.raises(EvaluationIncomplete, match="有 1 项和上一轮的分不一样，还没有写理由：工作机制"):
        rules.check_all_reasons(leaves, Round.COUNTY)


@dataclass
class Problem:
    problem: str
    status: FindingStatus


@pytest.mark.parametrize("status", list(FindingStatus))
def test_only_closed_problems_let_it_be_put_away(status: FindingStatus) -> None:
    rows = [Problem("旧的", FindingStatus.CLOSED), Problem("缺记录", status)]
    if status is FindingStatus.CLOSED:
        rules.check_may_close(rows)
        return
    with pytest.raises(EvaluationIncomplete, match="缺记录"):
        rules.check_may_close(rows)


def test_rounds_go_on_and_back_as_the_moves_say() -> None:
    for table in (rules.NEXT, rules.BACK):
        for old, new in table.items():
            assert new in EVALUATION_MOVES.allowed(old)
    for old, new in pairwise(EvaluationStatus):
        assert new in EVALUATION_MOVES.allowed(old)


# -- sums ------------------------------------------------------------------------------------------


@st.composite
def leaves(draw: st.DrawFn) -> list[Leaf]:
    found = []
    for g in range(draw(st.integers(1, 4))):
        bonus = draw(st.booleans())
        for p in range(draw(st.integers(1, 3))):
            for n in range(draw(st.integers(1, 4))):
                halves = draw(st.integers(1, 20))
                scores = draw(st.dictionaries(st.sampled_from(Round), st.integers(0, halves)))
                found.append(
                    Leaf(
                        f"{g}.{p}.{n}", f"g{g}", f"p{p}", HALF * halves, bonus, {r: HALF * s for r, s in scores.items()}
                    )
                )
    return found


@given(leaves())
def test_sums_agree_on_every_level_and_never_pass_the_points(found: list[Leaf]) -> None:
    table = rules.sheet(found)
    parts = [part for group in table.groups for part in group.parts]
    assert [leaf for part in parts for leaf in part.leaves] == found
    for of in Round:
        whole = sum((leaf.scores[of] for leaf in found if of in leaf.scores), Decimal(0))
        levels = ([table.whole], [table.main, table.bonus], [g.total for g in table.groups], [p.total for p in parts])
        for level in levels:
            assert sum((total.score(of) or Decimal(0) for total in level), Decimal(0)) == whole
            assert sum(total.scored[of] for total in level) == len([leaf for leaf in found if of in leaf.scores])
        for level in levels:
            assert all(Decimal(0) <= (total.score(of) or Decimal(0)) <= total.points for total in level)
            assert all((total.score(of) is None) == (total.scored[of] == 0) for total in level)
    assert sum((g.total.points for g in table.groups), Decimal(0)) == table.whole.points


def test_nothing_scored_is_not_zero() -> None:
    table = rules.sheet([Leaf(), Leaf(scores={Round.SELF: Decimal(0)})])
    assert table.whole.score(Round.SELF) == 0
    assert table.whole.score(Round.COUNTY) is None
