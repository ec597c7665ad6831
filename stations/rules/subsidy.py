"""The rules of the building subsidy: what a station is granted, and when a part of it may be paid.

Pure functions; standards, projects and days come in. All sums are in fen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.money import format_fen, share_fen
from stations.errors import NotPayable
from stations.models import ProjectStatus, StationKind
from stations.models.fund import SpendingCategory
from stations.models.subsidy import InstalmentStatus, Milestone, SubsidyStatus

GRANTABLE = frozenset({ProjectStatus.APPROVED, ProjectStatus.BUILDING, ProjectStatus.COMPLETED, ProjectStatus.ACCEPTED})


@dataclass(frozen=True)
class Part:
    """One instalment of a standard: its milestone and its share in percent."""

    milestone: Milestone
    share: int
    before_acceptance: bool = False


@dataclass(frozen=True)
class Standard:
    """What a station of one kind and class is granted; holds from a day until the day before ``valid_to``."""

    key: str
    kind: StationKind
    is_key: bool
    title: str
    amount_fen: int
    category: SpendingCategory
    valid_from: date
    document: str
    parts: tuple[Part, ...]
    valid_to: date | None = None
    example: bool = False


@dataclass(frozen=True)
class Funded:
    """A station that is to be granted a subsidy, for sums over many of them."""

    kind: StationKind
    division_code: str
    is_key: bool


class Project(Protocol):
    """What the rules need to know of a construction project."""

    @property
    def status(self) -> ProjectStatus: ...  # noqa: D102
    @property
    def approved_on(self) -> date | None: ...  # noqa: D102
    @property
    def started_on(self) -> date | None: ...  # noqa: D102
    @property
    def completed_on(self) -> date | None: ...  # noqa: D102
    @property
    def accepted_on(self) -> date | None: ...  # noqa: D102


class Instalment(Protocol):
    """What the rules need to know of an instalment."""

    @property
    def milestone(self) -> Milestone: ...  # noqa: D102
    @property
    def before_acceptance(self) -> bool: ...  # noqa: D102
    @property
    def status(self) -> InstalmentStatus: ...  # noqa: D102
    @property
    def approved_on(self) -> date | None: ...  # noqa: D102
    @property
    def amount_fen(self) -> int: ...  # noqa: D102


# -- standards -------------------------------------------------------------------------------------


def check_standard(standard: Standard) -> None:
    """Raise ValueError for shares that aren't 100 together, or an early part that doesn't say so."""
    if standard.amount_fen <= 0 or sum(part.share for part in standard.parts) != 100:
        raise ValueError(f"standard {standard.key}: amount above 0 and shares that sum to 100 are needed")
    for part in standard.parts:
        if part.share <= 0 or part.before_acceptance is (part.milestone is Milestone.ACCEPTED):
            raise ValueError(f"standard {standard.key}: a part before acceptance says so, and only such a part")


def standard_for(standards: Iterable[Standard], kind: StationKind, is_key: bool, day: date) -> Standard | None:
    """The standard that holds for a kind and class on a day; the newest when several do; None without one."""
    holding = [
        s
        for s in standards
        if s.kind is kind and s.is_key is is_key and s.valid_from <= day and (s.valid_to is None or day < s.valid_to)
    ]
    return max(holding, key=lambda s: s.valid_from, default=None)


def total_for(standards: Iterable[Standard], stations: Iterable[Funded], day: date) -> int:
    """What the stations are granted together.

    One funded station of a kind in a division: a second point in a village counts nothing (DOSSIERS.md 6.2). Raises
    ValueError for a station without a standard.
    """
    known = list(standards)
    first_of: dict[tuple[StationKind, str], Funded] = {}
    for station in stations:
        first_of.setdefault((station.kind, station.division_code), station)
    total = 0
    for station in first_of.values():
        standard = standard_for(known, station.kind, station.is_key, day)
        if standard is None:
            raise ValueError(f"no standard for {station}")
        total += standard.amount_fen
    return total


def split(approved_fen: int, shares: list[int]) -> list[int]:
    """The instalments of a sum by their shares; largest remainder, so that they sum to the whole."""
    return share_fen(approved_fen, shares)


# -- granting --------------------------------------------------------------------------------------


def check_grantable(status: ProjectStatus) -> None:
    """Raise NotPayable at ``project_id`` unless the project was approved and is not given up."""
    if status not in GRANTABLE:
        words = _l("项目现在是“%(status)s”，批复之后才能核定补助。", status=status.label)
        raise NotPayable(words, field="project_id")


def check_grant(approved_fen: int, standard_fen: int, project_fen: int | None) -> None:
    """Raise InvalidInput at ``approved`` unless 0 < granted ≤ standard and ≤ what was approved for the project."""
    if approved_fen <= 0:
        raise InvalidInput(_l("核定金额要大于 0。"), field="approved")
    if approved_fen > standard_fen:
        words = _l("超过补助标准 %(standard)s。", standard=format_fen(standard_fen))
        raise InvalidInput(words, field="approved")
    if approved_fen > (project_fen or 0):
        words = _l("超过项目批复金额 %(project)s。", project=format_fen(project_fen or 0))
        raise InvalidInput(words, field="approved")


# -- paying ----------------------------------------------------------------------------------------


def reached_on(milestone: Milestone, project: Project) -> date | None:
    """The day on which a project reached a milestone; None when it has not, or when it was given up."""
    done = {
        Milestone.APPROVED: (GRANTABLE, project.approved_on),
        Milestone.STARTED: (GRANTABLE - {ProjectStatus.APPROVED}, project.started_on),
        Milestone.COMPLETED: ({ProjectStatus.COMPLETED, ProjectStatus.ACCEPTED}, project.completed_on),
        Milestone.ACCEPTED: ({ProjectStatus.ACCEPTED}, project.accepted_on),
    }
    statuses, day = done[milestone]
    return day if project.status in statuses else None


def payable_from(instalment: Instalment, project: Project) -> date | None:
    """The first day on which an instalment may be paid: after its milestone, and after acceptance unless the standard
    says otherwise for this instalment. None when it may not be paid yet.
    """
    needed = {instalment.milestone} | (set() if instalment.before_acceptance else {Milestone.ACCEPTED})
    days = [reached_on(milestone, project) for milestone in needed]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def missing(instalment: Instalment, project: Project, available_fen: int) -> list[str]:
    """What stands between an instalment and its payment, as sentences; empty when it may be paid."""
    gaps = []
    if payable_from(instalment, project) is None:
        gaps.append(str(_too_early(instalment, project)))
    if instalment.status is InstalmentStatus.PLANNED:
        gaps.append(str(_l("乡镇还没有申请这一笔。")))
    if instalment.status in (InstalmentStatus.PLANNED, InstalmentStatus.REQUESTED):
        gaps.append(str(_l("县里还没有审核这一笔。")))
    if instalment.amount_fen > available_fen:
        short = format_fen(instalment.amount_fen - max(0, available_fen))
        gaps.append(str(_l("专项资金余额不够，还差 %(short)s。", short=short)))
    return gaps


def _too_early(instalment: Instalment, project: Project) -> object:
    now = project.status.label
    if instalment.before_acceptance:
        return _l("要到“%(when)s”才能支付，项目现在是“%(now)s”。", when=instalment.milestone.label, now=now)
    return _l("验收合格以前不能支付，项目现在是“%(now)s”。", now=now)


def check_payable(instalment: Instalment, project: Project, paid_on: date, paid_fen: int, approved_fen: int) -> None:
    """Raise NotPayable or InvalidInput, at ``paid_on`` where it is about the day, unless the instalment may be paid.

    ``paid_fen`` is what was paid of the subsidy so far: with this instalment it must stay within ``approved_fen``.
    """
    if instalment.status is not InstalmentStatus.APPROVED:
        raise NotPayable(_l("这一笔现在是“%(status)s”，审核以后才能支付。", status=instalment.status.label))
    first = payable_from(instalment, project)
    if first is None:
        raise NotPayable(_too_early(instalment, project))
    earliest = max(day for day in (first, instalment.approved_on) if day is not None)
    if paid_on < earliest:
        words = _l("支付日期不能早于 %(day)s（验收和审核之后）。", day=earliest.isoformat())
        raise InvalidInput(words, field="paid_on")
    if paid_fen + instalment.amount_fen > approved_fen:
        raise NotPayable(_l("加上这一笔会超过核定金额 %(approved)s。", approved=format_fen(approved_fen)))


def check_claw_back(amount_fen: int, paid_fen: int, back_fen: int) -> None:
    """Raise InvalidInput at ``amount`` unless 0 < amount ≤ what was paid and has not come back yet."""
    if amount_fen <= 0:
        raise InvalidInput(_l("追回金额要大于 0。"), field="amount")
    if amount_fen > paid_fen - back_fen:
        words = _l(
            "追回不能多于还没有退回的已付金额 %(left)s（已付 %(paid)s，已追回 %(back)s）。",
            left=format_fen(paid_fen - back_fen),
            paid=format_fen(paid_fen),
            back=format_fen(back_fen),
        )
        raise InvalidInput(words, field="amount")


def status_after(approved_fen: int, paid_fen: int, back_fen: int) -> SubsidyStatus:
    """Where a subsidy stands by its money: what was approved, paid, and came back."""
    if paid_fen == 0:
        return SubsidyStatus.GRANTED
    if back_fen >= paid_fen:
        return SubsidyStatus.RECOVERED
    return SubsidyStatus.PAID if paid_fen >= approved_fen else SubsidyStatus.PARTLY_PAID
