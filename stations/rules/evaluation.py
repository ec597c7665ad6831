"""The rules of the performance evaluation, as pure functions: the tree, the scores, their sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Protocol

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from stations.errors import EvaluationIncomplete
from stations.models.evaluation import EvaluationStatus, Round
from stations.models.finding import FindingStatus

STEP = Decimal("0.5")
FIRST_YEAR = 2014  # the demonstration programme began
_NAMED = 6  # how many missing leaves a message names before it only counts them

# Whose turn it is in which status, and where it goes from there.
ROUND_OF: Mapping[EvaluationStatus, Round] = {
    EvaluationStatus.SELF: Round.SELF,
    EvaluationStatus.COUNTY_REVIEW: Round.COUNTY,
    EvaluationStatus.PROVINCE_REVIEW: Round.PROVINCE,
}
NEXT: Mapping[EvaluationStatus, EvaluationStatus] = {
    EvaluationStatus.SELF: EvaluationStatus.COUNTY_REVIEW,
    EvaluationStatus.COUNTY_REVIEW: EvaluationStatus.PROVINCE_REVIEW,
    EvaluationStatus.PROVINCE_REVIEW: EvaluationStatus.PUBLISHED,
}
BACK: Mapping[EvaluationStatus, EvaluationStatus] = {
    EvaluationStatus.COUNTY_REVIEW: EvaluationStatus.SELF,
    EvaluationStatus.PROVINCE_REVIEW: EvaluationStatus.COUNTY_REVIEW,
    EvaluationStatus.PUBLISHED: EvaluationStatus.PROVINCE_REVIEW,
}
SCORING = frozenset(ROUND_OF)
NOT_OVER = frozenset(EvaluationStatus) - {EvaluationStatus.CLOSED}
_BEFORE = {Round.COUNTY: Round.SELF, Round.PROVINCE: Round.COUNTY}
_DONE = {
    EvaluationStatus.COUNTY_REVIEW: Round.SELF,
    EvaluationStatus.PROVINCE_REVIEW: Round.COUNTY,
    EvaluationStatus.PUBLISHED: Round.PROVINCE,
    EvaluationStatus.CLOSED: Round.PROVINCE,
}


class Leaf(Protocol):
    """What the rules need to know of a leaf."""

    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def group(self) -> str: ...  # noqa: D102
    @property
    def part(self) -> str: ...  # noqa: D102
    @property
    def points(self) -> Decimal: ...  # noqa: D102
    @property
    def is_bonus(self) -> bool: ...  # noqa: D102
    def score(self, of: Round) -> Decimal | None: ...  # noqa: D102
    def reason(self, of: Round) -> str: ...  # noqa: D102


class Problem(Protocol):
    """What the rules need to know of a line on the rectification list."""

    @property
    def problem(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> FindingStatus: ...  # noqa: D102


# -- scores --------------------------------------------------------------------------------------


def round_before(of: Round) -> Round | None:
    """The round whose score a review starts from."""
    return _BEFORE.get(of)


def round_done(status: EvaluationStatus) -> Round | None:
    """The last round that is finished in a status; None during the self-evaluation."""
    return _DONE.get(status)


def check_score(score: Decimal, points: Decimal) -> None:
    """Raise InvalidInput at ``score`` unless it is between 0 and the leaf's points, in steps of a half."""
    if not Decimal(0) <= score <= points:
        raise InvalidInput(_l("分数要在 0 和 %(points)s 之间。", points=plain(points)), field="score")
    if score % STEP:
        raise InvalidInput(_l("分数请写成 3 或 2.5 这样的数，半分一档。"), field="score")


def check_reason(score: Decimal, before: Decimal | None, reason: str) -> None:
    """Raise InvalidInput at ``reason`` when a review changes the score of the round before without saying why."""
    if before is not None and score != before and not reason.strip():
        raise InvalidInput(_l("和上一轮的 %(before)s 分不一样，请写明理由。", before=plain(before)), field="reason")


def check_self_reason(score: Decimal, points: Decimal, reason: str) -> None:
    """Raise InvalidInput at ``reason`` when points are claimed or given up without a word."""
    if not reason.strip():
        words = _l("请写一句得分的依据。") if score == points else _l("请写一句得分的依据和扣分的原因。")
        raise InvalidInput(words, field="reason")


def unscored(leaves: Iterable[Leaf], of: Round) -> list[str]:
    """The labels of leaves without a score in that round."""
    return [leaf.label for leaf in leaves if leaf.score(of) is None]


def check_all_scored(leaves: Iterable[Leaf], of: Round) -> None:
    """Raise EvaluationIncomplete while a leaf has no score in that round."""
    left = unscored(leaves, of)
    if left:
        raise EvaluationIncomplete(_l("还有 %(count)s 项没有打分：%(names)s。", count=len(left), names=_naming(left)))


def check_all_reasons(leaves: Iterable[Leaf], of: Round) -> None:
    """Raise EvaluationIncomplete when a review differs from the round before, as it is now, without saying why.

    The round before may have been corrected after the review was begun.
    """
    before = round_before(of)
    if before is None:
        return
    bare = [leaf.label for leaf in leaves if leaf.score(of) != leaf.score(before) and not leaf.reason(of).strip()]
    if bare:
        words = _l("有 %(count)s 项和上一轮的分不一样，还没有写理由：%(names)s。", count=len(bare), names=_naming(bare))
        raise EvaluationIncomplete(words)


def _naming(labels: Sequence[str]) -> str:
    return "、".join(labels[:_NAMED]) + ("……" if len(labels) > _NAMED else "")


def check_may_close(problems: Iterable[Problem]) -> None:
    """Raise EvaluationIncomplete while a problem is not closed."""
    left = [problem.problem for problem in problems if problem.status is not FindingStatus.CLOSED]
    if left:
        words = _l("还有 %(count)s 个问题没有销号，不能归档：%(first)s。", count=len(left), first=left[0])
        raise EvaluationIncomplete(words)


def check_year(year: int, today: date) -> None:
    """Raise InvalidInput at ``year`` for a year that has not begun, or before the programme began."""
    if not FIRST_YEAR <= year <= today.year:
        raise InvalidInput(_l("年度请填 %(first)s 到 %(last)s。", first=FIRST_YEAR, last=today.year), field="year")


def check_path(path: str) -> None:
    """A link leads inside this system: it begins with one "/". Raises InvalidInput at ``path``."""
    odd = any(char.isspace() or char == "\\" or not char.isprintable() for char in path)
    if not path.startswith("/") or path.startswith("//") or odd:
        raise InvalidInput(_l("请填本系统里的地址，以“/”开头，例如 /stations。"), field="path")


def plain(points: Decimal) -> str:
    """``Decimal("3.0")`` → ``3``, ``Decimal("2.5")`` → ``2.5``."""
    return f"{points.normalize():f}"


# -- sums ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sum:
    """Points to be had, and points given in each round; None for a round in which nothing was scored yet."""

    label: str
    points: Decimal
    scores: Mapping[Round, Decimal | None]
    scored: Mapping[Round, int]
    leaves: int

    def score(self, of: Round) -> Decimal | None:
        """The points given in a round."""
        return self.scores[of]


@dataclass(frozen=True)
class PartSum:
    """A second-level indicator with its leaves."""

    total: Sum
    leaves: Sequence[Leaf]


@dataclass(frozen=True)
class GroupSum:
    """A first-level indicator with its parts."""

    total: Sum
    is_bonus: bool
    parts: Sequence[PartSum]


@dataclass(frozen=True)
class Sheet:
    """The score table: groups in order, the main sum (of 100), the bonus (of 10), both together."""

    groups: Sequence[GroupSum]
    main: Sum
    bonus: Sum
    whole: Sum


def add_up(label: str, leaves: Sequence[Leaf]) -> Sum:
    """The sum over leaves. A leaf without a score adds nothing."""
    given = {of: [s for leaf in leaves if (s := leaf.score(of)) is not None] for of in Round}
    return Sum(
        label=label,
        points=sum((leaf.points for leaf in leaves), Decimal(0)),
        scores={of: sum(scores, Decimal(0)) if scores else None for of, scores in given.items()},
        scored={of: len(scores) for of, scores in given.items()},
        leaves=len(leaves),
    )


def sheet(leaves: Sequence[Leaf]) -> Sheet:
    """The score table of leaves that come in the order of the tree."""
    groups = []
    for label, of_group in groupby(leaves, key=lambda leaf: leaf.group):
        inside = list(of_group)
        parts = [
            PartSum(add_up(part, found), found)
            for part, of_part in groupby(inside, key=lambda leaf: leaf.part)
            for found in [list(of_part)]
        ]
        groups.append(GroupSum(add_up(label, inside), inside[0].is_bonus, parts))
    return Sheet(
        groups=groups,
        main=add_up("合计", [leaf for leaf in leaves if not leaf.is_bonus]),
        bonus=add_up("加分", [leaf for leaf in leaves if leaf.is_bonus]),
        whole=add_up("总分", leaves),
    )
