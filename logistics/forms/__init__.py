"""Forms of logistics, by noun."""

from logistics.forms.handovers import DispatchForm, ReceiveForm, SendManifestForm, SettleForm
from logistics.forms.parcels import (
    ArrivalForm,
    ArrivalsFileForm,
    FindForm,
    HandOutForm,
    ReturnForm,
    SendForm,
    TakeInForm,
)
from logistics.forms.runs import PlanForm, VehicleForm

__all__ = [
    "ArrivalForm",
    "ArrivalsFileForm",
    "DispatchForm",
    "FindForm",
    "HandOutForm",
    "PlanForm",
    "ReceiveForm",
    "ReturnForm",
    "SendForm",
    "SendManifestForm",
    "SettleForm",
    "TakeInForm",
    "VehicleForm",
]
