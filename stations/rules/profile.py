"""What may be said of a station: services, partners, premises, people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.money import format_fen
from stations.errors import WrongDay
from stations.models import OFFERED_AT, Service, StationKind, Tenure

HIGHEST_RENT_FEN = 1_000_000_00  # a year; beyond it a zero too many was typed


def check_since(day: date, last: date | None, today: date, field: str) -> None:
    """Raise WrongDay for a day in the future, or before the one from which the last change holds."""
    if day > today:
        raise WrongDay(_l("日期不能在今天以后。"), field=field)
    if last is not None and day < last:
        raise WrongDay(_l("日期不能早于上一次变更（%(last)s）。", last=last.isoformat()), field=field)


def check_offers(kind: StationKind, services: Collection[Service]) -> None:
    """Raise InvalidInput when a station of this kind offers something that it can't."""
    for service in services:
        if service not in OFFERED_AT[kind]:
            raise InvalidInput(
                _l("%(kind)s没有“%(service)s”这一项。", kind=kind.label, service=service.label), field="services"
            )


def check_premises(tenure: Tenure, rent_fen: int, since: date, lease_until: date | None) -> None:
    """Raise InvalidInput: rent (fen a year) goes with a lease, and only with it; a lease ends after it began."""
    if tenure is Tenure.LEASED and not 0 < rent_fen <= HIGHEST_RENT_FEN:
        most = format_fen(HIGHEST_RENT_FEN)
        raise InvalidInput(_l("租用的，请写一年租金，最多 %(most)s。", most=most), field="rent")
    if tenure is not Tenure.LEASED and rent_fen:
        raise InvalidInput(_l("“%(tenure)s”没有租金，请空着。", tenure=tenure.label), field="rent")
    if tenure is Tenure.OWNED and lease_until is not None:
        raise InvalidInput(_l("自有的房屋没有到期日，请空着。"), field="lease_until")
    if lease_until is not None and lease_until <= since:
        raise InvalidInput(_l("到期日要在 %(day)s 以后。", day=since.isoformat()), field="lease_until")


def check_staff(staff: int | None, priority: int | None) -> None:
    """Raise InvalidInput when more people of the priority groups work there than people."""
    if priority is not None and priority > (staff or 0):
        raise InvalidInput(_l("重点群体人数不能多于从业人数。"), field="staff_priority")
