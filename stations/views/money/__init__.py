"""Pages of public money: the fund's account, subsidies, the operator of the county centre."""

from stations.views.money import entries, funds, instalments, operator, operator_registers, subsidies

__all__ = ["entries", "funds", "instalments", "operator", "operator_registers", "subsidies"]
