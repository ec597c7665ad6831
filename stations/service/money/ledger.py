"""The one way into a fund's account: the fund's row is taken first, then the balance is looked at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, uploads
from app.core.access import Actor
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.money import format_fen
from app.core.scope import require_scope
from stations.models.fund import EntryKind, FundEntry, SpendingCategory, SubsidyFund
from stations.rules import fund as rules
from stations.rules.acceptance import check_not_future
from stations.rules.projects import check_funded
from stations.service.arriving import Incoming, keep_file


def get_fund(actor: Actor, fund_id: uuid.UUID) -> SubsidyFund:
    """By id. Raises NotFound, also for another county's."""
    fund = db.session.get(SubsidyFund, fund_id)
    if fund is None:
        raise NotFound(_l("没有找到这笔专项资金。"))
    require_scope(actor, fund.county_code)
    return fund


def get_entry(actor: Actor, entry_id: uuid.UUID) -> FundEntry:
    """An entry by id. Raises NotFound."""
    entry = db.session.get(FundEntry, entry_id)
    if entry is None:
        raise NotFound(_l("没有找到这笔收支。"))
    get_fund(actor, entry.fund_id)
    return entry


def take(actor: Actor, fund_id: uuid.UUID) -> SubsidyFund:
    """Hold a fund's row until the command ends, so that nobody else books in between. Raises NotFound."""
    get_fund(actor, fund_id)
    change = sa.update(SubsidyFund).where(SubsidyFund.id == fund_id).values(version=SubsidyFund.version + 1)
    db.session.execute(change.execution_options(synchronize_session=False))
    return db.session.get_one(SubsidyFund, fund_id, populate_existing=True)


def entries_of(fund_id: uuid.UUID) -> Sequence[FundEntry]:
    """All entries of a fund, by day."""
    query = sa.select(FundEntry).where(FundEntry.fund_id == fund_id)
    return db.session.scalars(query.order_by(FundEntry.day, FundEntry.recorded_at, FundEntry.id)).all()


def movements(fund_id: uuid.UUID) -> list[rules.Movement]:
    """The same, only what the rules need: for looking at the balance before booking."""
    e = FundEntry
    rows = db.session.execute(
        sa.select(e.id, e.day, e.kind, e.amount_fen, e.category, e.reverses_id).where(e.fund_id == fund_id)
    )
    return cast("list[rules.Movement]", list(rows))


def book(
    actor: Actor,
    fund: SubsidyFund,
    *,
    kind: EntryKind,
    day: date,
    day_field: str,
    amount_fen: int,
    party_name: str,
    purpose: str,
    document: str,
    category: SpendingCategory | None = None,
    file: Incoming | None = None,
    division_code: str | None = None,
    **about: Any,
) -> FundEntry:
    """Write an entry into a fund that was taken; ``amount_fen`` is positive, the kind gives the sign.

    ``division_code`` is where its file belongs (the county without one). Raises InvalidInput and NotEnoughMoney at
    the field, NotFunded for a payment on the negative list.
    """
    check_not_future(day, clock.today(), day_field)
    rules.check_positive(amount_fen)
    if kind is EntryKind.PAID:
        check_funded(purpose, day, "purpose")
    if kind in rules.OUTGOING:
        rules.check_covered(movements(fund.id), day, amount_fen, "amount")
    upload = keep(actor, file, division_code or fund.county_code) if file is not None else None
    return write(
        actor,
        fund,
        day=day,
        kind=kind,
        amount_fen=rules.signed(kind, amount_fen),
        category=category,
        party_name=party_name.strip(),
        purpose=purpose.strip(),
        document=document.strip(),
        upload_id=upload.id if upload else None,
        **about,
    )


def write(actor: Actor, fund: SubsidyFund, **facts: Any) -> FundEntry:
    """The row itself, and the sentence in the audit trail."""
    entry = FundEntry(recorded_at=clock.now(), fund_id=fund.id, actor_name=actor.name, **facts)
    db.session.add(entry)
    db.session.flush()
    what = f"专项资金“{fund.name}”{entry.kind.label} {format_fen(abs(entry.amount_fen))}"
    audit.record(
        actor=actor,
        action=f"stations.fund_{entry.kind.value}",
        subject=fund,
        division_code=fund.county_code,
        text=f"{what}：{entry.party_name}，{entry.purpose}",
        data={"entry": str(entry.id), "amount_fen": entry.amount_fen},
    )
    return entry


def keep(actor: Actor, file: Incoming, division_code: str, field: str = "file") -> uploads.Upload:
    """Check and keep one paper. Raises InvalidInput at the field."""
    return keep_file(actor, file, division_code, uploads.DOCUMENT, field)


def needed_file(file: Incoming | None, words: Any, field: str = "file") -> Incoming:
    """The file. Raises InvalidInput at the field with those words when there is none."""
    if file is None:
        raise InvalidInput(words, field=field)
    return file


def check_voucher(fund_id: uuid.UUID, voucher: str, field: str = "voucher") -> None:
    """Raise InvalidInput when a payment that holds was booked under this voucher already; the fund must be taken."""
    if not voucher.strip():
        raise InvalidInput(_l("请写银行凭证号。"), field=field)
    query = sa.select(FundEntry).where(
        FundEntry.fund_id == fund_id,
        FundEntry.kind == EntryKind.PAID,
        FundEntry.document == voucher.strip(),
        ~is_reversed(),
    )
    same = db.session.scalar(query.limit(1))
    if same is not None:
        words = _l(
            "凭证号 %(voucher)s 已经记过：%(day)s 付给%(who)s。",
            voucher=voucher.strip(),
            day=same.day,
            who=same.party_name,
        )
        raise InvalidInput(words, field=field)


def is_reversed() -> sa.ColumnElement[bool]:
    """The SQL condition for "another entry takes this one back"."""
    other = sa.orm.aliased(FundEntry)
    return sa.exists(sa.select(other.id).where(other.reverses_id == FundEntry.id))
