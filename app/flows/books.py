"""Do the books hold? What trade checks by itself, what they say of parcels, and the public money's own account."""

from __future__ import annotations

from logistics import service as logistics
from stations.service.money import check_funds
from trade.models import TransactionCode
from trade.service import carriers, checks
from trade.service.checks import WHOLE_COUNTRY, Problem

_PARCELS = {
    TransactionCode.COD_COLLECTED: logistics.cod_collected,
    TransactionCode.FREIGHT_COLLECTED: logistics.freight_collected,
}


def check(scope_code: str = WHOLE_COUNTRY) -> list[Problem]:
    """Everything that does not hold in the books of a scope; an empty list is what it should be."""
    problems = checks.check(scope_code)
    for code, collected in _PARCELS.items():
        problems += checks.compare(carriers.PAYABLE[code], carriers.booked(code, scope_code), collected(scope_code))
    return problems + [Problem("fund", text) for text in check_funds(scope_code)]
