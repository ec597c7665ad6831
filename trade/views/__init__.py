"""Pages of trade: services, the day, the books, orders."""

from trade.views import day, ledger, lists, orders, purchases, sales
from trade.views.blueprint import bp, orders_bp

__all__ = ["day", "ledger", "lists", "orders", "purchases", "sales"]

blueprints = [bp, orders_bp]
