"""The rules of inspecting running stations, as pure functions: the standard, totals, grades, what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from stations.errors import InspectionClosed, InspectionIncomplete
from stations.models import StationKind
from stations.models.finding import FindingStatus
from stations.models.inspection import Aspect, InspectionGrade, Measured

STEP = Decimal("0.5")
ON_SITE = frozenset({Measured.EQUIPMENT, Measured.AWARENESS, Measured.SATISFACTION})
_NAMED = 6  # how many missing things a message names before it only counts them


@dataclass(frozen=True)
class Criterion:
    """One line of the standard. ``target``: the figure that earns all points, where the system counts."""

    key: str
    aspect: Aspect
    label: str
    points: Decimal
    source: str
    hint: str = ""
    measure: Measured | None = None
    target: int | None = None
    part_label: str = ""
    whole_label: str = ""

    @property
    def counted_on_site(self) -> bool:
        """Whether the inspector writes down two figures beside the points."""
        return self.measure in ON_SITE


@dataclass(frozen=True)
class Criteria:
    """A standard: holds from a day until the day before ``valid_to``. Money in fen for a year."""

    key: str
    title: str
    valid_from: date
    valid_to: date | None
    kinds: tuple[StationKind, ...]
    basis: tuple[str, ...]
    items: tuple[Criterion, ...]
    floors: Mapping[InspectionGrade, Decimal]
    subsidies: Mapping[StationKind, Mapping[InspectionGrade, int]]
    rectify_days: int
    suspend: bool
    unheeded: str
    active_records: int
    active_days: int

    def item(self, key: str) -> Criterion | None:
        """The criterion with that key, or None."""
        return next((item for item in self.items if item.key == key), None)

    @property
    def by_aspect(self) -> dict[Aspect, list[Criterion]]:
        """The criteria under their aspects, in the order of the standard."""
        return {aspect: [i for i in self.items if i.aspect is aspect] for aspect in Aspect}


def parse(data: Mapping[str, Any]) -> Criteria:
    """A standard from plain data (the file, or the copy on a round).

    Raises ValueError or KeyError when keys repeat, points don't add up to 100 or a passing grade has no floor.
    """
    items = tuple(_criterion(entry) for entry in data["item"])
    if len({item.key for item in items}) != len(items):
        raise ValueError(f"{data['key']} has a criterion twice")
    if sum(item.points for item in items) != 100:
        raise ValueError(f"the points of {data['key']} don't add up to 100")
    floors = {InspectionGrade(grade): Decimal(least) for grade, least in data["grades"].items()}
    if set(floors) != set(InspectionGrade) - {InspectionGrade.FAIL}:
        raise ValueError(f"{data['key']} doesn't say from where on each grade begins")
    return Criteria(
        key=data["key"],
        title=data["title"],
        valid_from=_day(data["valid_from"]),
        valid_to=_day(data["valid_to"]) if data.get("valid_to") else None,
        kinds=tuple(StationKind(kind) for kind in data["kinds"]),
        basis=tuple(data["basis"]),
        items=items,
        floors=floors,
        subsidies={
            StationKind(kind): {InspectionGrade(grade): int(fen) for grade, fen in table.items()}
            for kind, table in data["subsidy"].items()
        },
        rectify_days=int(data["rectify_days"]),
        suspend=bool(data["suspend"]),
        unheeded=data["unheeded"],
        active_records=int(data["active_records"]),
        active_days=int(data["active_days"]),
    )


def _criterion(entry: Mapping[str, Any]) -> Criterion:
    facts = dict(entry) | {"aspect": Aspect(entry["aspect"]), "points": Decimal(entry["points"])}
    if entry.get("measure"):
        facts["measure"] = Measured(entry["measure"])
    return Criterion(**facts)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def criteria_for(standards: Iterable[Criteria], day: date) -> Criteria | None:
    """The standard that holds on a day, or None."""
    holding = [c for c in standards if c.valid_from <= day and (c.valid_to is None or day < c.valid_to)]
    return max(holding, key=lambda c: c.valid_from, default=None)


# -- points, totals, grades ----------------------------------------------------------------------


def written(points: Decimal) -> str:
    """``Decimal("7.50")`` → ``7.5``: how points are written, and kept where they are kept as text."""
    return f"{points.normalize():f}"


def check_points(points: Decimal, item: Criterion) -> None:
    """Raise InvalidInput unless the points lie between 0 and those of the criterion, in steps of one half."""
    if not 0 <= points <= item.points:
        raise InvalidInput(_l("这一项是 0 到 %(most)s 分。", most=written(item.points)), field="points")
    if points % STEP:
        raise InvalidInput(_l("分数最细到半分，例如 7.5。"), field="points")


def check_counts(part: int | None, whole: int | None, item: Criterion) -> None:
    """Raise InvalidInput unless what is counted on site is a part of a whole (or both were left out)."""
    if not item.counted_on_site:
        return
    if (part is None) != (whole is None):
        missing = "part_count" if part is None else "whole_count"
        raise InvalidInput(_l("两个数要一起填。"), field=missing)
    if part is not None and whole is not None and not 0 <= part <= whole:
        raise InvalidInput(_l("不能多于 %(whole)s。", whole=whole), field="part_count")


def total_of(points: Mapping[str, Decimal], criteria: Criteria) -> Decimal:
    """The sum of the points. Raises InspectionIncomplete naming the criteria that have none."""
    missing = [item.label for item in criteria.items if item.key not in points]
    if missing:
        names = "、".join(missing[:_NAMED]) + ("……" if len(missing) > _NAMED else "")
        raise InspectionIncomplete(_l("还有 %(count)s 项没有打分：%(names)s。", count=len(missing), names=names))
    return sum((points[item.key] for item in criteria.items), Decimal(0))


def grade_of(total: Decimal, floors: Mapping[InspectionGrade, Decimal]) -> InspectionGrade:
    """The best grade whose floor the total reaches; below all of them it fails. 60 passes, 59.5 does not."""
    reached = [grade for grade, least in floors.items() if total >= least]
    return max(reached, key=lambda grade: floors[grade], default=InspectionGrade.FAIL)


def subsidy_of(criteria: Criteria, kind: StationKind, grade: InspectionGrade) -> int:
    """What a year's running subsidy comes to by the grade, in fen; nothing where the standard names nothing."""
    return criteria.subsidies.get(kind, {}).get(grade, 0)


def suggest(item: Criterion, part: int, whole: int) -> Decimal | None:
    """Points in proportion to a share, at most all of them, rounded half up to half points; None without a whole.

    10 points, 7 of 8 pieces: 8.75 → 9.0.
    """
    if whole <= 0:
        return None
    share = item.points * min(part, whole) / whole
    return (share / STEP).quantize(Decimal(1), ROUND_HALF_UP) * STEP


def aspect_averages(
    sums: Mapping[str, Decimal], stations: int, criteria: Criteria
) -> list[tuple[Aspect, Decimal | None, Decimal]]:
    """(aspect, average points over ``stations``, points there are) from the sums by criterion; None without any."""
    found = []
    for aspect, items in criteria.by_aspect.items():
        most = sum((item.points for item in items), Decimal(0))
        given = sum((sums.get(item.key, Decimal(0)) for item in items), Decimal(0))
        average = (given / stations).quantize(Decimal("0.1"), ROUND_HALF_UP) if stations else None
        found.append((aspect, average, most))
    return found


# -- after a failure -----------------------------------------------------------------------------


class Mended(Protocol):
    """What the rules need to know of a finding."""

    @property
    def problem(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> FindingStatus: ...  # noqa: D102
    @property
    def deadline(self) -> date: ...  # noqa: D102
    @property
    def reinspections(self) -> Sequence[Any]: ...  # noqa: D102


def unheeded(findings: Iterable[Mended], today: date) -> list[str]:
    """The problems that speak for closing: still open after a failed re-inspection, or after their deadline."""
    return [f.problem for f in findings if f.status is FindingStatus.OPEN and (f.reinspections or f.deadline < today)]


def check_mended(findings: Iterable[Mended]) -> None:
    """A station may open again once every finding is closed. Raises InspectionIncomplete naming what is not."""
    left = [finding.problem for finding in findings if finding.status is not FindingStatus.CLOSED]
    if left:
        words = _l("还有 %(count)s 个问题没有销号：%(names)s。", count=len(left), names="；".join(left[:_NAMED]))
        raise InspectionIncomplete(words, field="outcome")


def check_unheeded(findings: Iterable[Mended], today: date) -> None:
    """A station is closed only after a rectification that failed or ran out. Raises InspectionClosed otherwise."""
    if not unheeded(findings, today):
        raise InspectionClosed(_l("还不能关闭：要有复查没有改好、或者到期没有整改的问题。"), field="outcome")
