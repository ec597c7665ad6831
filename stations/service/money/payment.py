"""Money that goes out for a subsidy and money that comes back: each with its entry in the fund, in one transaction."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.idempotency import idempotent
from app.core.money import format_fen
from stations.errors import NotPayable, SubsidyExists
from stations.models.fund import EntryKind, FundEntry
from stations.models.subsidy import SUBSIDY_MOVES, InstalmentStatus, Subsidy, SubsidyInstalment
from stations.permissions import SUBSIDY_CONFIRM, SUBSIDY_PAY
from stations.rules import subsidy as rules
from stations.rules.acceptance import check_not_future, check_order
from stations.rules.reasons import needed
from stations.service.arriving import Incoming
from stations.service.money import ledger
from stations.service.money.subsidies import enter, enter_instalment, get_instalment, get_subsidy, note


def back_fen(subsidy_id: uuid.UUID) -> int:
    """What was clawed back of a subsidy, wrong entries left out, in fen."""
    query = sa.select(sa.func.coalesce(sa.func.sum(FundEntry.amount_fen), 0)).where(
        FundEntry.subsidy_id == subsidy_id, FundEntry.kind == EntryKind.CLAWED_BACK, ~ledger.is_reversed()
    )
    return int(db.session.scalar(query) or 0)


def _fund_of(subsidy_id: uuid.UUID) -> uuid.UUID:
    """The fund of a subsidy, read without keeping the subsidy: it is read anew once the fund is taken."""
    return db.session.scalars(sa.select(Subsidy.fund_id).where(Subsidy.id == subsidy_id)).one()


@command
@idempotent
def pay_instalment(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    instalment_id: uuid.UUID,
    paid_on: date,
    voucher: str,
    file: Incoming | None,
) -> SubsidyInstalment:
    """Pay an instalment to the township government, with the bank's voucher.

    The fund is taken before anything is looked at: of two people who pay at once the second is told. Raises NotFound,
    Conflict when it is paid, NotPayable and InvalidInput at the field, NotEnoughMoney.
    """
    actor.require(SUBSIDY_PAY)
    seen = get_instalment(actor, instalment_id)
    fund = ledger.take(actor, _fund_of(seen.subsidy_id))
    subsidy = enter(actor, seen.subsidy_id)
    part = db.session.get_one(SubsidyInstalment, instalment_id)
    _check_unpaid(subsidy, part)
    rules.check_payable(part, subsidy.project, paid_on, subsidy.paid_fen, subsidy.approved_fen)
    ledger.check_voucher(fund.id, voucher)
    entry = ledger.book(
        actor,
        fund,
        kind=EntryKind.PAID,
        day=paid_on,
        day_field="paid_on",
        amount_fen=part.amount_fen,
        category=subsidy.category,
        party_name=subsidy.payee_name,
        purpose=f"{subsidy.station_name}建设补助（{part.milestone.label}）",
        document=voucher,
        file=ledger.needed_file(file, _l("请传银行凭证的照片或扫描件。")),
        division_code=subsidy.payee_code,
        subsidy_id=subsidy.id,
        instalment_id=part.id,
    )
    part.status = InstalmentStatus.PAID
    part.paid_on, part.paid_by = paid_on, actor.name
    part.voucher, part.upload_id = entry.document, entry.upload_id
    settle(subsidy)
    words = f"向{subsidy.payee_name}支付{subsidy.station_name}的补助 {format_fen(part.amount_fen)}，凭证 {part.voucher}"
    note(actor, subsidy, "paid", words, instalment=str(part.id), entry=str(entry.id))
    return part


def _check_unpaid(subsidy: Subsidy, part: SubsidyInstalment) -> None:
    if part.status is InstalmentStatus.PAID:
        words = _l(
            "这一笔已经由%(who)s于 %(day)s 支付，凭证号 %(voucher)s。",
            who=part.paid_by,
            day=part.paid_on,
            voucher=part.voucher,
        )
        raise Conflict(words)
    if subsidy.is_over:
        raise NotPayable(_l("这笔补助%(status)s，不能再支付。", status=subsidy.status.label))


@command
@idempotent
def claw_back(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    subsidy_id: uuid.UUID,
    amount_fen: int,
    received_on: date,
    reason: str,
    document: str,
    file: Incoming | None,
) -> FundEntry:
    """Money of a subsidy came back (追回): at most what was paid. Raises NotFound, InvalidInput at the field."""
    actor.require(SUBSIDY_PAY)
    get_subsidy(actor, subsidy_id)
    fund = ledger.take(actor, _fund_of(subsidy_id))
    subsidy = enter(actor, subsidy_id)
    rules.check_claw_back(amount_fen, subsidy.paid_fen, back_fen(subsidy.id))
    check_order(min(p.paid_on for p in subsidy.instalments if p.paid_on is not None), received_on, "received_on")
    entry = ledger.book(
        actor,
        fund,
        kind=EntryKind.CLAWED_BACK,
        day=received_on,
        day_field="received_on",
        amount_fen=amount_fen,
        category=subsidy.category,
        party_name=subsidy.payee_name,
        purpose=needed(reason),
        document=document,
        file=ledger.needed_file(file, _l("请传收款凭证的照片或扫描件。")),
        division_code=subsidy.payee_code,
        subsidy_id=subsidy.id,
    )
    settle(subsidy)
    words = f"从{subsidy.payee_name}追回{subsidy.station_name}的补助 {format_fen(amount_fen)}：{entry.purpose}"
    note(actor, subsidy, "clawed_back", words, entry=str(entry.id))
    return entry


@command
@idempotent
def confirm_receipt(
    *, actor: Actor, request_id: uuid.UUID | None, instalment_id: uuid.UUID, received_on: date
) -> SubsidyInstalment:
    """The township says that the money has come. Raises NotFound, NotPayable, Conflict, InvalidInput."""
    actor.require(SUBSIDY_CONFIRM)
    part = enter_instalment(actor, instalment_id)
    if part.status is not InstalmentStatus.PAID or part.paid_on is None:
        raise NotPayable(_l("这一笔县里还没有支付。"))
    if part.received_on is not None:
        raise Conflict(_l("这一笔已经由%(who)s确认收到。", who=part.received_by))
    check_not_future(received_on, clock.today(), "received_on")
    check_order(part.paid_on, received_on, "received_on")
    part.received_on, part.received_by = received_on, actor.name
    words = f"{part.subsidy.payee_name}确认收到{part.subsidy.station_name}的补助 {format_fen(part.amount_fen)}"
    note(actor, part.subsidy, "received", words, instalment=str(part.id))
    db.session.flush()
    return part


def undo_payment(actor: Actor, entry: FundEntry) -> None:
    """A payment of a subsidy was booked wrongly: the instalment waits for payment again.

    Raises NotPayable when more was clawed back than would then be paid.
    """
    if entry.subsidy_id is None:
        raise NotFound(_l("没有找到这笔补助。"))
    subsidy = enter(actor, entry.subsidy_id)
    part = next((p for p in subsidy.instalments if p.id == entry.instalment_id), None)
    if part is not None:
        if subsidy.paid_fen - part.amount_fen < back_fen(subsidy.id):
            raise NotPayable(_l("这笔补助已有追回，先冲正追回，再冲正支付。"))
        part.status = InstalmentStatus.APPROVED
        part.paid_on = part.paid_by = part.upload_id = part.received_on = part.received_by = None
        part.voucher = ""
    settle(subsidy)
    what = "支付" if part is not None else "追回"
    note(actor, subsidy, "reversed", f"冲正{subsidy.station_name}补助的{what} {format_fen(abs(entry.amount_fen))}")


def settle(subsidy: Subsidy) -> None:
    """Set the status that follows from the money. Raises SubsidyExists when its place went to another meanwhile."""
    db.session.flush()
    status = rules.status_after(subsidy.approved_fen, subsidy.paid_fen, back_fen(subsidy.id))
    if status is subsidy.status:
        return
    SUBSIDY_MOVES.check(subsidy.status, status)
    try:
        with db.session.begin_nested():
            subsidy.status = status
    except sa.exc.IntegrityError:
        raise SubsidyExists(_l("这里已经另外核定了一笔补助，不能再改回来。")) from None
