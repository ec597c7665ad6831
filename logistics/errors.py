"""What can go wrong with parcels, handovers and runs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, DomainError, InvalidInput, NotFound, TooMany


class ParcelNotFound(NotFound):
    """No such parcel, or it is not the actor's."""

    def __init__(self) -> None:
        super().__init__(_l("没有找到这个包裹。"))


class HandoverNotFound(NotFound):
    """No such handover, or neither end is the actor's."""

    def __init__(self) -> None:
        super().__init__(_l("没有找到这次交接。"))


class RunNotFound(NotFound):
    """No such run, or it is not the actor's."""

    def __init__(self) -> None:
        super().__init__(_l("没有找到这趟班车。"))


class DoubleWaybill(Conflict):
    """The waybill number has been taken in at this station already."""

    code = "double-waybill"

    def __init__(self, waybill_number: str) -> None:
        super().__init__(_l("单号 %(n)s 已经登记过了。", n=waybill_number), field="waybill_number")


class ParcelElsewhere(Conflict):
    """The waybill number belongs to a parcel that is on its way to another village."""

    code = "parcel-elsewhere"


class ChangedMeanwhile(Conflict):
    """Somebody else was faster: nothing was changed."""

    code = "changed-meanwhile"

    def __init__(self) -> None:
        super().__init__(_l("其中有包裹刚才已经被别人处理了，请刷新后再看。"))


class WrongCode(DomainError):
    """No parcel with that pickup code waits here."""

    code = "wrong-pickup-code"


class PickupLocked(TooMany):
    """Too many wrong codes: pickup by code is locked for a while; by phone or name it still works."""

    code = "pickup-locked"
    status = 422  # stays on the page, at the field


class WrongAmount(Conflict):
    """The money shown on the button is not what the ticked parcels cost."""

    code = "wrong-amount"


class NothingTicked(InvalidInput):
    """At least one parcel has to be ticked."""

    code = "nothing-ticked"

    def __init__(self) -> None:
        super().__init__(_l("请至少勾选一个包裹。"), field="parcels")


class WrongLeg(InvalidInput):
    """Parcels don't go straight from one of these stations to the other."""

    code = "wrong-leg"


class NotThere(Conflict):
    """A parcel can't be handed over because it is not at the sending station, or doesn't go that way."""

    code = "parcel-not-there"


class RunNotFit(Conflict):
    """The run doesn't serve this handover, or still has parcels on board."""

    code = "run-not-fit"


class PlanningFailed(DomainError):
    """No plan can be made; the message names the reasons."""

    code = "planning-failed"
