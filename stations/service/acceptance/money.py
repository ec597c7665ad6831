"""What an acceptance knows of money that was paid out."""

from __future__ import annotations

import sqlalchemy as sa

from app.core.database import db
from stations.models.acceptance import Acceptance
from stations.models.subsidy import InstalmentStatus, Subsidy, SubsidyInstalment


def paid_fen(acceptance: Acceptance) -> int:
    """The paid instalments of the project's subsidy, in fen; without one what the dossier's bank vouchers come to."""
    paid = (
        sa.select(sa.func.sum(SubsidyInstalment.amount_fen))
        .join(Subsidy, Subsidy.id == SubsidyInstalment.subsidy_id)
        .where(Subsidy.project_id == acceptance.project_id, SubsidyInstalment.status == InstalmentStatus.PAID)
    )
    by_subsidy = db.session.scalar(paid) if acceptance.project_id else None
    return int(by_subsidy or 0) or sum(item.amount_fen or 0 for item in acceptance.items if item.is_payment)
