"""Pure rules of trade, by noun: services, orders, ledger."""
