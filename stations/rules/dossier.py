"""The rules of dossiers of every subject, as pure functions: who prepares them, scores, words on a sign, references."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from difflib import SequenceMatcher
from enum import Enum
from typing import Protocol

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.scope import county_of, covers, township_of
from stations.errors import AcceptanceIncomplete
from stations.models import Level, StationKind
from stations.models.acceptance import Decision, ItemResult
from stations.models.subject import STATION_SUBJECTS, Subject

STEP = Decimal("0.5")  # the smallest part of a point
FIRST_YEAR = 2000
_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?#-][A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*)?")


# -- subjects ------------------------------------------------------------------------------------


def subject_of(kind: StationKind) -> Subject | None:
    """What the acceptance of a station of this kind is about; None for a kind that has none."""
    return next((subject for subject in STATION_SUBJECTS if subject.value == kind.value), None)


def prepares(scope_code: str, division_code: str) -> bool:
    """Whether who answers for ``scope_code`` prepares the dossiers of a division.

    The county's own are the hub's, those of a township, its villages and what was merged into it are that township's
    and nobody else's: the hub decides on them and must not write what it decides on.
    """
    county = county_of(division_code)
    if county in (scope_code, division_code):
        return scope_code == division_code
    return scope_code == township_of(scope_code) and covers(scope_code, division_code)


def check_opening(subject: Subject, level: Level | None, year: int, today: date) -> None:
    """What may be opened without a project. Raises InvalidInput at ``subject``, ``division_code`` or ``year``."""
    if subject in STATION_SUBJECTS:
        raise InvalidInput(_l("站点的验收从建设项目开始，不在这里。"), field="subject")
    if level not in (Level.COUNTY, Level.TOWNSHIP):
        raise InvalidInput(_l("请选全县或者一个乡镇（街道）。"), field="division_code")
    if not FIRST_YEAR <= year <= today.year:
        words = _l("年度写 %(first)s 到 %(last)s 之间的四位数。", first=FIRST_YEAR, last=today.year)
        raise InvalidInput(words, field="year")


def check_reference(path: str) -> None:
    """A path inside the system: it begins with one "/" and names no other host. Raises InvalidInput.

    The path may be empty. A second slash or a backslash at the beginning would lead to another site.
    """
    if path and not _PATH.fullmatch(path):
        words = _l("请写本系统里的网址，以一个“/”开头，比如 /training/sessions/12，不要带 http。")
        raise InvalidInput(words, field="reference_url")


# -- scores --------------------------------------------------------------------------------------


class Scored(Protocol):
    """What the rules need to know of an item to add its points up."""

    @property
    def points(self) -> int | None: ...  # noqa: D102
    @property
    def score(self) -> Decimal | None: ...  # noqa: D102
    @property
    def is_waived(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True)
class Total:
    """What the scored items come to, out of how many points, and the least that passes (in percent)."""

    score: Decimal
    points: int
    pass_mark: int | None

    @property
    def is_scored(self) -> bool:
        """Whether there is anything to score."""
        return self.points > 0

    @property
    def percent(self) -> Decimal | None:
        """With one decimal, cut and not rounded: 59.96 % must not look like 60 %."""
        if not self.points:
            return None
        return (self.score * 100 / self.points).quantize(Decimal("0.1"), ROUND_FLOOR)

    @property
    def passes(self) -> bool:
        """Whether it reaches the pass mark; without points or a mark nothing stands in the way."""
        return not self.points or self.pass_mark is None or self.score * 100 >= self.pass_mark * self.points

    @property
    def figure(self) -> str:
        """``58.5 / 100（58.5 %）``, the same in every language."""
        return f"{plain(self.score)} / {self.points}（{self.percent} %）"


def total_score(items: Iterable[Scored], pass_mark: int | None) -> Total:
    """Add up the scored items. A waived one counts neither way; one that was not scored yet counts 0."""
    counted = [item for item in items if item.points is not None and not item.is_waived]
    score = sum((item.score for item in counted if item.score is not None), Decimal(0))
    return Total(score, sum(item.points or 0 for item in counted), pass_mark)


def check_score(score: Decimal | None, points: int | None, result: ItemResult) -> Decimal | None:
    """The score to keep for an item of so many points: steps of 0.5 from 0 to ``points``; what is missing gets 0.

    Raises InvalidInput at ``score``.
    """
    if points is None:
        if score is not None:
            raise InvalidInput(_l("这一项不打分。"), field="score")
        return None
    if result is ItemResult.MISSING:
        if score:
            raise InvalidInput(_l("缺的项只能打 0 分。"), field="score")
        return Decimal(0)
    if score is None:
        raise InvalidInput(_l("请打分，0 到 %(points)s 分。", points=points), field="score")
    if not 0 <= score <= points or score % STEP:
        raise InvalidInput(_l("分数在 0 到 %(points)s 之间，可以打半分。", points=points), field="score")
    return score


def check_pass_mark(decision: Decision, total: Total) -> None:
    """Raise AcceptanceIncomplete at ``decision`` for passing what stays below the pass mark."""
    if decision is Decision.PASSED and not total.passes:
        words = _l("不能通过：得分 %(figure)s，低于合格线 %(mark)s %%。", figure=total.figure, mark=total.pass_mark)
        raise AcceptanceIncomplete(words, field="decision")


def plain(score: Decimal) -> str:
    """``7``, ``7.5``: a score without needless zeros."""
    return f"{score.quantize(Decimal(1)) if score == score.to_integral_value() else score.normalize():f}"


# -- words on a sign -----------------------------------------------------------------------------


class Match(Enum):
    """What became of a piece of the required words."""

    SAME = "same"
    LACKING = "lacking"
    EXTRA = "extra"


@dataclass(frozen=True)
class Piece:
    """Some letters of a sign, and whether they are as required."""

    text: str
    match: Match


def compare_sign(required: str, written: str) -> tuple[Piece, ...]:
    """The two texts as one row of pieces: the same, lacking on the wall, or there though not required.

    Spaces and the width of letters don't matter: nobody sees them on a wall.
    """
    wanted, there = _seen(required), _seen(written)
    pieces: list[Piece] = []
    for _tag, a, b, c, d in SequenceMatcher(None, wanted, there, autojunk=False).get_opcodes():
        if wanted[a:b] == there[c:d]:
            pieces.append(Piece(wanted[a:b], Match.SAME))
            continue
        pieces += [Piece(wanted[a:b], Match.LACKING)] if b > a else []
        pieces += [Piece(there[c:d], Match.EXTRA)] if d > c else []
    return tuple(pieces)


def sign_matches(required: str, written: str) -> bool:
    """Whether the copied words are the required ones."""
    return _seen(required) == _seen(written)


def check_sign(required: str, written: str, result: ItemResult, remark: str) -> None:
    """A sign with other words is 合格 only with a remark that says why. Raises InvalidInput at ``remark``."""
    if required and result is ItemResult.QUALIFIED and not sign_matches(required, written) and not remark.strip():
        raise InvalidInput(_l("招牌上的字和要求的不一样。要判合格，请写明为什么可以。"), field="remark")


def _seen(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
