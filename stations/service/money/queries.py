"""Looking public money up: registers, their sheets, and the figures over them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.scope import in_scope
from stations.models import StationKind
from stations.models.fund import EntryKind, FundEntry, SpendingCategory, SubsidyFund
from stations.models.operator_contract import DutyRecord, JobGroup, OperatorContract, OperatorDuty, OperatorJob
from stations.models.subsidy import SUBSIDY_OVER, InstalmentStatus, Subsidy, SubsidyInstalment, SubsidyStatus
from stations.rules import fund as rules
from stations.rules import operator_contract as operator_rules
from stations.rules.public_money import FundFacts
from stations.service.money import ledger

# -- funds -----------------------------------------------------------------------------------------


def list_funds(actor: Actor) -> Sequence[tuple[SubsidyFund, int, int]]:
    """(fund, arrived, balance) of the county's funds, newest year first."""
    arrived = sa.case((sa.and_(FundEntry.kind == EntryKind.ARRIVED, ~ledger.is_reversed()), FundEntry.amount_fen))
    query = (
        sa.select(
            SubsidyFund,
            sa.func.coalesce(sa.func.sum(arrived), 0),
            sa.func.coalesce(sa.func.sum(FundEntry.amount_fen), 0),
        )
        .outerjoin(FundEntry, FundEntry.fund_id == SubsidyFund.id)
        .where(in_scope(SubsidyFund.county_code, actor.scope_code))
        .group_by(SubsidyFund.id)
        .order_by(SubsidyFund.year.desc(), SubsidyFund.name)
    )
    return [(fund, int(came), int(left)) for fund, came, left in db.session.execute(query)]


def funds_on(county_code: str, day: date) -> Sequence[SubsidyFund]:
    """The funds of the newest year that has any, none later than the year of a day; by name."""
    theirs = SubsidyFund.county_code == county_code
    newest = sa.select(sa.func.max(SubsidyFund.year)).where(theirs, SubsidyFund.year <= day.year).scalar_subquery()
    query = sa.select(SubsidyFund).where(theirs, SubsidyFund.year == newest).order_by(SubsidyFund.name)
    return db.session.scalars(query).all()


def holding_entries(fund: SubsidyFund, until: date) -> Sequence[FundEntry]:
    """The entries of a fund up to a day that hold, neither reversed nor reversals; newest first."""
    rows = db.session.execute(query_entries(fund).where(FundEntry.day <= until))
    return [entry for entry, gone in rows if not gone and entry.kind is not EntryKind.REVERSAL]


@dataclass(frozen=True)
class FundOverview:
    """A fund's account at a glance; all sums in fen."""

    fund: SubsidyFund
    arrived: int
    paid: int  # claw-backs taken off
    returned: int
    balance: int
    committed: int  # granted and not paid yet
    categories: Sequence[tuple[SpendingCategory, int]]
    months: Sequence[tuple[str, int, int, int]]


def fund_overview(fund: SubsidyFund) -> FundOverview:
    """Everything the overview page shows of one fund."""
    entries = ledger.movements(fund.id)
    return FundOverview(
        fund=fund,
        arrived=rules.total(entries, EntryKind.ARRIVED),
        paid=rules.net_paid(entries),
        returned=rules.total(entries, EntryKind.RETURNED),
        balance=rules.balance_fen(entries),
        committed=_committed(fund.id),
        categories=[(category, rules.net_paid(entries, category)) for category in SpendingCategory],
        months=rules.by_month(entries),
    )


def facts_of(fund: SubsidyFund) -> FundFacts:
    """A fund as the indicators see it."""
    return FundFacts(fund.planned_fen, fund.due_on, ledger.movements(fund.id))


def available_fen(fund_id: uuid.UUID) -> int:
    """What can be paid today, in fen."""
    return max(0, rules.lowest_from(ledger.movements(fund_id), clock.today()))


def _committed(fund_id: uuid.UUID) -> int:
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(SubsidyInstalment.amount_fen), 0))
        .join(Subsidy, Subsidy.id == SubsidyInstalment.subsidy_id)
        .where(Subsidy.fund_id == fund_id, Subsidy.status.not_in(SUBSIDY_OVER))
        .where(SubsidyInstalment.status != InstalmentStatus.PAID)
    )
    return int(db.session.scalar(query) or 0)


def query_entries(
    fund: SubsidyFund,
    *,
    text: str = "",
    kind: EntryKind | None = None,
    category: SpendingCategory | None = None,
    month: str = "",
    among: Collection[uuid.UUID] | None = None,
) -> sa.Select[FundEntry, bool]:
    """(entry, whether it was reversed) of a fund, newest first; ``among`` keeps to those behind a figure."""
    query = (
        sa.select(FundEntry, ledger.is_reversed().label("is_reversed"))
        .where(FundEntry.fund_id == fund.id)
        .order_by(FundEntry.day.desc(), FundEntry.recorded_at.desc(), FundEntry.id.desc())
    )
    if text.strip():
        wanted = f"%{text.strip()}%"
        like = (FundEntry.party_name, FundEntry.purpose, FundEntry.document)
        query = query.where(sa.or_(*(column.like(wanted) for column in like)))
    if kind is not None:
        query = query.where(FundEntry.kind == kind)
    if category is not None:
        query = query.where(FundEntry.category == category)
    if month:
        first = clock.parse_month(month)
        query = query.where(FundEntry.day >= first, FundEntry.day < clock.next_month(first))
    if among is not None:
        query = query.where(FundEntry.id.in_(among))
    return query


def entries_sum(fund: SubsidyFund, **wanted: Any) -> int:
    """What all rows of :func:`query_entries` come to, in fen."""
    rows = query_entries(fund, **wanted).order_by(None).subquery()
    return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(rows.c.amount_fen), 0))) or 0)


def entry_rows(fund: SubsidyFund, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_entries` for a sheet."""
    return [
        [
            e.day,
            str(e.kind.label),
            e.amount_fen,
            str(e.category.label) if e.category else None,
            e.party_name,
            e.purpose,
            e.document,
            str(_l("已冲正")) if gone else None,
            e.actor_name,
            e.recorded_at,
        ]
        for e, gone in db.session.execute(query_entries(fund, **wanted))
    ]


def entry_history(entry: FundEntry) -> FundEntry | None:
    """The entry that takes this one back, or None."""
    return db.session.scalar(sa.select(FundEntry).where(FundEntry.reverses_id == entry.id))


# -- subsidies -------------------------------------------------------------------------------------


def _sum(column: Any) -> sa.ColumnElement[int]:
    """Σ as a whole number on every engine; 0 of nothing."""
    return sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)


def query_subsidies(
    actor: Actor,
    *,
    text: str = "",
    status: SubsidyStatus | None = None,
    kind: StationKind | None = None,
    township_code: str = "",
    step: InstalmentStatus | None = None,
    among: Collection[uuid.UUID] | None = None,
) -> sa.Select[Subsidy, int, int, date | None, InstalmentStatus | None]:
    """(subsidy, paid, clawed back, last paid on, status of the next instalment) in scope, newest first; sums in fen.

    ``step`` keeps to those whose next instalment stands there; one that is over has no next.
    """
    part = SubsidyInstalment
    paid = sa.select(_sum(part.amount_fen)).where(part.subsidy_id == Subsidy.id, part.status == InstalmentStatus.PAID)
    back = sa.select(_sum(FundEntry.amount_fen)).where(
        FundEntry.subsidy_id == Subsidy.id, FundEntry.kind == EntryKind.CLAWED_BACK, ~ledger.is_reversed()
    )
    last = sa.select(sa.func.max(part.paid_on)).where(part.subsidy_id == Subsidy.id)
    coming = (
        sa.select(part.status)
        .where(part.subsidy_id == Subsidy.id, part.status != InstalmentStatus.PAID)
        .where(Subsidy.status.not_in(SUBSIDY_OVER))
        .order_by(part.position)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Subsidy,
            paid.scalar_subquery().label("paid_fen"),
            back.scalar_subquery().label("back_fen"),
            last.scalar_subquery().label("last_paid_on"),
            coming.label("coming"),
        )
        .where(in_scope(Subsidy.division_code, actor.scope_code))
        .order_by(Subsidy.granted_on.desc(), Subsidy.id.desc())
    )
    if text.strip():
        wanted = f"%{text.strip()}%"
        like = (Subsidy.station_name, Subsidy.place_name, Subsidy.payee_name, Subsidy.reference, Subsidy.number)
        query = query.where(sa.or_(*(column.like(wanted) for column in like)))
    if status is not None:
        query = query.where(Subsidy.status == status)
    if kind is not None:
        query = query.where(Subsidy.station_kind == kind)
    if township_code:
        query = query.where(in_scope(Subsidy.division_code, township_code))
    if step is not None:
        query = query.where(coming == step)
    if among is not None:
        query = query.where(Subsidy.id.in_(among))
    return query


def subsidy_sums(actor: Actor, **wanted: Any) -> tuple[int, int, int, int]:
    """(standard, granted, paid, clawed back) over the whole list, cancelled ones left out; in fen."""
    rows = query_subsidies(actor, **wanted).order_by(None).subquery()
    sums = [rows.c.standard_fen, rows.c.approved_fen, rows.c.paid_fen, rows.c.back_fen]
    query = sa.select(*(sa.func.coalesce(sa.func.sum(column), 0) for column in sums))
    standard, granted, paid, back = db.session.execute(query.where(rows.c.status != SubsidyStatus.CANCELLED)).one()
    return int(standard), int(granted), int(paid), int(back)


def subsidy_rows(actor: Actor, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_subsidies` for a sheet."""
    return [
        [
            s.number,
            s.place_name,
            s.station_name,
            str(s.station_kind.label),
            str(_l("重点")) if s.is_key else str(_l("一般")),
            s.payee_name,
            str(s.status.label),
            str(coming.label) if coming else None,
            s.standard_fen,
            s.approved_fen,
            int(paid),
            int(back),
            s.own_fen,
            s.granted_on,
            last,
            s.reference,
        ]
        for s, paid, back, last, coming in db.session.execute(query_subsidies(actor, **wanted))
    ]


def entries_of_subsidy(subsidy: Subsidy) -> list[tuple[FundEntry, bool]]:
    """(entry, whether it was reversed) of a subsidy, oldest first: payments, claw-backs, reversals."""
    query = sa.select(FundEntry, ledger.is_reversed()).where(FundEntry.subsidy_id == subsidy.id)
    query = query.options(selectinload(FundEntry.upload)).order_by(FundEntry.recorded_at, FundEntry.id)
    return [(entry, gone) for entry, gone in db.session.execute(query)]


# -- the operator ----------------------------------------------------------------------------------


def query_records(
    contract: OperatorContract, *, text: str = "", duty_key: str = "", month: str = ""
) -> sa.Select[DutyRecord, OperatorDuty]:
    """(daily record, its duty) of a contract, newest first."""
    query = (
        sa.select(DutyRecord, OperatorDuty)
        .join(OperatorDuty, OperatorDuty.id == DutyRecord.duty_id)
        .where(DutyRecord.contract_id == contract.id)
        .order_by(DutyRecord.day.desc(), DutyRecord.recorded_at.desc(), DutyRecord.id.desc())
    )
    if text.strip():
        query = query.where(DutyRecord.text.like(f"%{text.strip()}%"))
    if duty_key:
        query = query.where(OperatorDuty.key == duty_key)
    if month:
        first = clock.parse_month(month)
        query = query.where(DutyRecord.day >= first, DutyRecord.day < clock.next_month(first))
    return query


def record_rows(contract: OperatorContract, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_records` for a sheet."""
    return [
        [r.day, duty.label, r.amount, duty.unit, r.text, str(_l("更正")) if r.corrects_id else None, r.actor_name]
        for r, duty in db.session.execute(query_records(contract, **wanted))
    ]


def duty_progress(contract: OperatorContract, today: date) -> list[tuple[OperatorDuty, operator_rules.DutyProgress]]:
    """Where each duty stands in the contract year of a day."""
    year = operator_rules.year_of(contract.starts_on, contract.ends_on, today)
    rows = db.session.execute(
        sa.select(DutyRecord.duty_id, DutyRecord.amount).where(
            DutyRecord.contract_id == contract.id, DutyRecord.day >= year[0], DutyRecord.day <= year[1]
        )
    )
    done: dict[uuid.UUID, list[Decimal]] = {}
    for duty_id, amount in rows:
        done.setdefault(duty_id, []).append(amount)
    return [
        (d, operator_rules.duty_progress(d.label, d.unit, d.yearly_target, done.get(d.id, []), year, today))
        for d in contract.duties
    ]


def query_jobs(
    contract: OperatorContract, *, group: JobGroup | None = None, held: bool = False
) -> sa.Select[OperatorJob]:
    """The jobs of a contract, newest first; ``held``: those that are held today."""
    query = sa.select(OperatorJob).where(OperatorJob.contract_id == contract.id)
    if group is not None:
        query = query.where(OperatorJob.group == group)
    if held:
        query = query.where(sa.or_(OperatorJob.to_day.is_(None), OperatorJob.to_day >= clock.today()))
    return query.order_by(OperatorJob.from_day.desc(), OperatorJob.id.desc())


def jobs_held(contract: OperatorContract, today: date) -> tuple[int, int]:
    """(jobs held on a day, those of them in a priority group)."""
    jobs = db.session.scalars(sa.select(OperatorJob).where(OperatorJob.contract_id == contract.id)).all()
    return operator_rules.held_on(jobs, today)


def job_rows(contract: OperatorContract, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_jobs` for a sheet; names masked, as on the screen."""
    return [
        [operator_rules.masked(j.name), j.work, str(j.group.label), j.from_day, j.to_day]
        for j in db.session.scalars(query_jobs(contract, **wanted))
    ]
