"""Putting a wrong entry right: another entry takes it back, with the reason, and both stay to be seen."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.idempotency import idempotent
from stations.errors import NotEnoughMoney
from stations.models.fund import EntryKind, FundEntry
from stations.permissions import FUND_BOOK
from stations.rules import fund as rules
from stations.rules.reasons import needed
from stations.service.money import ledger
from stations.service.money.operator_fee import undo_fee
from stations.service.money.payment import undo_payment


@command
@idempotent
def reverse_entry(*, actor: Actor, request_id: uuid.UUID | None, entry_id: uuid.UUID, reason: str) -> FundEntry:
    """Take back a wrong entry (冲正); what it paid waits for payment again.

    Raises NotFound, InvalidInput at ``reason`` or when it was reversed already, NotEnoughMoney when money that came in
    has been spent, NotPayable when a claw-back hangs on it.
    """
    actor.require(FUND_BOOK)
    entry = ledger.get_entry(actor, entry_id)
    fund = ledger.take(actor, entry.fund_id)
    known = ledger.movements(fund.id)
    rules.check_may_reverse(entry, any(other.reverses_id == entry.id for other in known))
    without = [other for other in rules.effective(known) if other.id != entry.id]
    if rules.lowest_from(without) < 0:
        raise NotEnoughMoney(_l("这笔钱已经用了，冲正后余额会不够。请先冲正用掉它的支付。"))
    row = ledger.write(
        actor,
        fund,
        day=clock.today(),
        kind=EntryKind.REVERSAL,
        amount_fen=-entry.amount_fen,
        category=entry.category,
        party_name=entry.party_name,
        purpose=needed(reason),
        document=entry.document,
        subsidy_id=entry.subsidy_id,
        instalment_id=entry.instalment_id,
        operator_instalment_id=entry.operator_instalment_id,
        reverses_id=entry.id,
    )
    if entry.subsidy_id is not None:
        undo_payment(actor, entry)
    if entry.operator_instalment_id is not None:
        undo_fee(actor, entry.operator_instalment_id)
    return row
