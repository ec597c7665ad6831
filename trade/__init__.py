"""Station services, orders, ledger."""
