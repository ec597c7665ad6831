"""The operator's instalments: assessed against the contract's score, paid out of the fund."""

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
from stations.errors import NotPayable
from stations.models.fund import EntryKind, SpendingCategory
from stations.models.operator_contract import (
    OPERATOR_INSTALMENT_MOVES,
    OperatorContract,
    OperatorInstalment,
    OperatorInstalmentStatus,
)
from stations.permissions import OPERATOR_MANAGE
from stations.rules import operator_contract as rules
from stations.rules.acceptance import check_not_future, check_order
from stations.service.arriving import Incoming
from stations.service.money import ledger
from stations.service.money.operator import get_contract, note


def get_operator_instalment(actor: Actor, instalment_id: uuid.UUID) -> OperatorInstalment:
    """By id. Raises NotFound."""
    part = db.session.get(OperatorInstalment, instalment_id)
    if part is None:
        raise NotFound(_l("没有找到这一期运营费。"))
    get_contract(actor, part.contract_id)
    return part


def _enter(actor: Actor, instalment_id: uuid.UUID) -> OperatorInstalment:
    """Hold the contract's row until the command ends and read the instalment anew."""
    part = get_operator_instalment(actor, instalment_id)
    change = sa.update(OperatorContract).where(OperatorContract.id == part.contract_id)
    change = change.values(version=OperatorContract.version + 1)
    db.session.execute(change.execution_options(synchronize_session=False))
    return db.session.get_one(OperatorInstalment, instalment_id, populate_existing=True)


@command
@idempotent
def assess_instalment(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    instalment_id: uuid.UUID,
    score: int,
    assessed_on: date,
    opinion: str,
) -> OperatorInstalment:
    """The assessment of a period: from the contract's score on it may be paid; below it, it is assessed again.

    Raises NotFound, NotPayable when it is paid, InvalidInput at the field.
    """
    actor.require(OPERATOR_MANAGE)
    part = _enter(actor, instalment_id)
    if part.status is OperatorInstalmentStatus.PAID:
        raise NotPayable(_l("这一期已经支付，不能再改考核结果。"))
    check_not_future(assessed_on, clock.today(), "assessed_on")
    check_order(part.assessed_on, assessed_on, "assessed_on")
    rules.check_assessment(score, assessed_on, part.due_on)
    status = rules.status_after_assessment(score, part.required_score)
    OPERATOR_INSTALMENT_MOVES.check(part.status, status)
    part.status, part.score, part.opinion = status, score, opinion.strip()
    part.assessed_on, part.assessed_by = assessed_on, actor.name
    words = f"{part.contract.contractor}{part.title}：{score} 分（要求 {part.required_score} 分）"
    note(actor, part.contract, "assessed", words, instalment=str(part.id))
    db.session.flush()
    return part


@command
@idempotent
def pay_fee(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    instalment_id: uuid.UUID,
    paid_on: date,
    voucher: str,
    file: Incoming | None,
) -> OperatorInstalment:
    """Pay an instalment to the operator out of the contract's fund, which is taken first.

    Raises NotFound, Conflict when it is paid, NotPayable, InvalidInput at the field, NotEnoughMoney.
    """
    actor.require(OPERATOR_MANAGE)
    seen = get_operator_instalment(actor, instalment_id)
    fund = ledger.take(actor, get_contract(actor, seen.contract_id).fund_id)
    part = _enter(actor, instalment_id)
    if part.status is OperatorInstalmentStatus.PAID:
        words = _l(
            "这一期已经由%(who)s于 %(day)s 支付，凭证号 %(voucher)s。",
            who=part.paid_by,
            day=part.paid_on,
            voucher=part.voucher,
        )
        raise Conflict(words)
    rules.check_fee_payable(part.status, part.score, part.required_score)
    check_order(part.assessed_on, paid_on, "paid_on")
    ledger.check_voucher(fund.id, voucher)
    entry = ledger.book(
        actor,
        fund,
        kind=EntryKind.PAID,
        day=paid_on,
        day_field="paid_on",
        amount_fen=part.amount_fen,
        category=SpendingCategory.CENTRE,
        party_name=part.contract.contractor,
        purpose=f"县级公共服务中心运营服务（{part.title}）",
        document=voucher,
        file=ledger.needed_file(file, _l("请传银行凭证的照片或扫描件。")),
        operator_instalment_id=part.id,
    )
    part.status = OperatorInstalmentStatus.PAID
    part.paid_on, part.paid_by = paid_on, actor.name
    part.voucher, part.upload_id = entry.document, entry.upload_id
    words = f"向{part.contract.contractor}支付{part.title} {format_fen(part.amount_fen)}，凭证 {part.voucher}"
    note(actor, part.contract, "paid", words, instalment=str(part.id), entry=str(entry.id))
    db.session.flush()
    return part


def undo_fee(actor: Actor, instalment_id: uuid.UUID) -> None:
    """The payment of an instalment was booked wrongly: it waits for payment again."""
    part = _enter(actor, instalment_id)
    part.status = OperatorInstalmentStatus.ASSESSED
    part.paid_on = part.paid_by = part.upload_id = None
    part.voucher = ""
    note(actor, part.contract, "reversed", f"冲正{part.title}的支付 {format_fen(part.amount_fen)}")
    db.session.flush()
