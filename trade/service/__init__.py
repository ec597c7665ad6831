"""Verbs and look-ups of trade, by noun: ``services``, ``orders``, ``ledger``, ``day``."""

from trade.service import day, ledger, orders, services

__all__ = ["day", "ledger", "orders", "services"]
