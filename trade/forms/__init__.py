"""Forms of trade, by noun."""

from trade.forms.orders import CancelForm, DispatchForm, OrderForm
from trade.forms.services import CarrierForm, CashForm, DayCloseForm, PersonForm, PurchaseForm, SaleForm, VoidForm

__all__ = [
    "CancelForm",
    "CarrierForm",
    "CashForm",
    "DayCloseForm",
    "DispatchForm",
    "OrderForm",
    "PersonForm",
    "PurchaseForm",
    "SaleForm",
    "VoidForm",
]
