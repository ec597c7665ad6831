"""What an acceptance says about money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.core.database import db
from stations.models.acceptance import Acceptance
from stations.models.subsidy import InstalmentStatus, Subsidy, SubsidyInstalment


@dataclass(frozen=True)
class Payment:
    """Money that was paid out: when, out of what and by which voucher, and how much in fen."""

    label: str
    on: date | None
    source: str
    amount_fen: int


def payments(acceptance: Acceptance) -> list[Payment]:
    """The paid instalments of the project's subsidy; without one what the bank vouchers in the dossier say."""
    paid = (
        sa.select(SubsidyInstalment)
        .join(SubsidyInstalment.subsidy)
        .where(Subsidy.project_id == acceptance.project_id, SubsidyInstalment.status == InstalmentStatus.PAID)
        .order_by(SubsidyInstalment.paid_on, SubsidyInstalment.position)
    )
    found = [_of_instalment(part) for part in db.session.scalars(paid)]
    return found or [
        Payment(item.label, item.dated_on, item.issuer, item.amount_fen)
        for item in acceptance.items
        if item.is_payment and item.amount_fen
    ]


def _of_instalment(part: SubsidyInstalment) -> Payment:
    source = f"{part.subsidy.fund.name}，凭证号 {part.voucher}"
    return Payment(f"建设补助第 {part.position} 笔", part.paid_on, source, part.amount_fen)


def paid_fen(acceptance: Acceptance) -> int:
    """What was paid out, in fen."""
    return sum(payment.amount_fen for payment in payments(acceptance))
