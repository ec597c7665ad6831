"""What an acceptance says about money."""

from __future__ import annotations

from stations.models.acceptance import Acceptance


def paid_fen(acceptance: Acceptance) -> int:
    """What the bank vouchers in the dossier come to, in fen."""
    return sum(item.amount_fen or 0 for item in acceptance.items if item.is_payment)
