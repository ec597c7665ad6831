"""Parcels looked up: the list, one parcel with its trail, the sheet."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from app.core import audit, clock
from app.core.access import Actor, current_actor, requires
from app.core.format import phone
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from logistics import service
from logistics.forms import ReturnForm
from logistics.models import PARCEL_MOVES, Direction, Parcel, ParcelStatus
from logistics.permissions import COUNTER, HUB_INTAKE, PARCELS_READ, PARCELS_SETTLE
from logistics.rules.limits import limits
from logistics.rules.shelf import is_overdue
from logistics.service import Filters, places
from logistics.views.blueprint import (
    carrier_shown,
    code_argument,
    day_argument,
    hand_over_file,
    id_argument,
    member,
    page_number,
    parcels_bp,
)
from stations import service as stations_service
from stations.models import Level, StationKind

MOST_ROWS = 20_000


def _filters() -> Filters:
    return Filters(
        q=request.args.get("q", "")[:60],
        status=member(ParcelStatus, "status"),
        direction=member(Direction, "direction"),
        township=code_argument("township"),
        station_id=id_argument("station"),
        day=day_argument("day"),
        overdue=request.args.get("overdue") == "1",
    )


@parcels_bp.get("")
@requires(PARCELS_READ)
def list_parcels() -> str:
    """Parcels in the person's scope, by number, phone tail, code, status, place and day."""
    actor, filters = current_actor(), _filters()
    page = paginate(service.parcels_query(actor, filters), page_number())
    return render_template(
        "parcels/list.html",
        page=page,
        filters=filters,
        counts=service.count_by_status(actor),
        late={p.id for p in page.items if overdue(p)},
        statuses=ParcelStatus.choices(),
        directions=Direction.choices(),
        townships=_townships(actor),
        stations=_points(actor, filters.township),
        may_counter=actor.may(COUNTER),
        may_hub=actor.may(HUB_INTAKE),
        may_settle=actor.may(PARCELS_SETTLE),
    )


def overdue(parcel: Parcel) -> bool:
    """Whether it lies on the shelf for too long."""
    waits = parcel.status is ParcelStatus.AT_VILLAGE
    return waits and is_overdue(parcel.shelved_at, clock.now(), limits().overdue_after)


def _townships(actor: Actor) -> list[tuple[str, str]]:
    found = stations_service.list_divisions(Level.TOWNSHIP, actor.scope_code)
    return [(division.code, division.short_name) for division in found] if len(found) > 1 else []


def _points(actor: Actor, township: str | None) -> list[tuple[uuid.UUID, str]]:
    """Village points to choose from: of the township that is chosen, or of one's own."""
    if actor.may(COUNTER) or (township is None and not actor.scope_code.endswith("000")):
        return []
    scope = township or actor.scope_code
    if scope[6:] == "000000":
        return []
    return [(p.id, p.name) for p in places.serving(scope, StationKind.VILLAGE_POINT)]


@parcels_bp.get("/parcels.xlsx")
@requires(PARCELS_READ)
def export_parcels() -> Response:
    """The list as a sheet, phone numbers masked."""
    found = service.list_parcels(current_actor(), _filters(), MOST_ROWS)
    columns = [
        Column(_("运单号")),
        Column(_("快递公司")),
        Column(_("方向")),
        Column(_("状态")),
        Column(_("村点")),
        Column(_("姓名")),
        Column(_("电话")),
        Column(_("取件码")),
        Column(_("代收货款（元）"), "fen"),
        Column(_("登记"), "moment"),
        Column(_("上架"), "moment"),
        Column(_("办结"), "moment"),
    ]
    rows = [_row(parcel) for parcel in found]
    notes = [_("电话只显示前三后四位。逾期：上架超过 %(n)s 天没有取走。", n=limits().overdue_after.days)]
    return hand_over_file(write_xlsx(_("包裹"), columns, rows, notes, at=clock.now()), "parcels.xlsx")


def _row(parcel: Parcel) -> list[Any]:
    return [
        parcel.waybill_number,
        carrier_shown(parcel),
        str(parcel.direction.label),
        str(parcel.status.label),
        parcel.village_name,
        parcel.person_name,
        phone(parcel.person_phone) if parcel.person_phone else parcel.phone_tail,
        parcel.pickup_code,
        parcel.cod_fen,
        parcel.created_at,
        parcel.shelved_at,
        parcel.finished_at,
    ]


@parcels_bp.get("/<uuid:parcel_id>")
@requires(PARCELS_READ)
def show_parcel(parcel_id: uuid.UUID) -> str:
    """One parcel: where it is, its trail, what is not in order."""
    actor = current_actor()
    parcel = service.get_parcel(actor, parcel_id)
    return render_template("parcels/show.html", **parcel_page(actor, parcel, ReturnForm()))


def parcel_page(actor: Actor, parcel: Parcel, form: ReturnForm) -> dict[str, Any]:
    """What the page of a parcel shows."""
    holder = places.place(parcel.holder_station_id) if parcel.holder_station_id else None
    returnable = ParcelStatus.RETURNED in PARCEL_MOVES.allowed(parcel.status)
    return {
        "parcel": parcel,
        "holder": holder,
        "run": service.find_run(parcel.run_id) if parcel.run_id else None,
        "events": service.events_of(parcel.id),
        "exceptions": service.exceptions_of(parcel.id),
        "history": audit.history(parcel),
        "late": overdue(parcel),
        "form": form,
        "may_return": bool(holder and returnable and actor.may(PARCELS_SETTLE) and places.acts_at(actor, holder)),
        "may_hand_out": actor.may(COUNTER) and parcel.status is ParcelStatus.AT_VILLAGE,
        "may_see_slip": actor.may(COUNTER) and parcel.direction is Direction.UP,
    }
