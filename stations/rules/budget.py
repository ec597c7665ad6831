"""Which part of an approved budget a contract or an invoice uses up: equipment or refurbishment."""

from __future__ import annotations

from collections.abc import Collection

from stations.models import BudgetCategory


def category_of_invoice(*, buys_listed_things: bool) -> BudgetCategory:
    """An invoice that names a thing of the equipment list is for equipment, any other for refurbishment."""
    return BudgetCategory.EQUIPMENT if buys_listed_things else BudgetCategory.REFURBISHMENT


def category_of_contract(invoiced: Collection[BudgetCategory]) -> BudgetCategory | None:
    """What all its invoices are for; None while there is no invoice, or when they are for both."""
    return next(iter(invoiced)) if len(set(invoiced)) == 1 else None
