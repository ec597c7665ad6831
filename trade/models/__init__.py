"""Tables of trade, by noun."""

from trade.models.ledger import Account, AccountKind, LedgerEntry, LedgerTransaction, TransactionCode
from trade.models.orders import ORDER_MOVES, Channel, Order, OrderKind, OrderLine, OrderStatus
from trade.models.services import (
    PURCHASE_MOVES,
    SALE_MOVES,
    DayClose,
    PurchaseService,
    PurchaseStatus,
    SaleService,
    SaleStatus,
    ServiceKind,
    StationDay,
    Villager,
)

__all__ = [
    "ORDER_MOVES",
    "PURCHASE_MOVES",
    "SALE_MOVES",
    "Account",
    "AccountKind",
    "Channel",
    "DayClose",
    "LedgerEntry",
    "LedgerTransaction",
    "Order",
    "OrderKind",
    "OrderLine",
    "OrderStatus",
    "PurchaseService",
    "PurchaseStatus",
    "SaleService",
    "SaleStatus",
    "ServiceKind",
    "StationDay",
    "TransactionCode",
    "Villager",
]
