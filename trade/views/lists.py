"""What a township and the hub look through: all records of services, and the villagers' register."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import pgettext

from app.core import clock
from app.core import format as formats
from app.core.access import Role, current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.core.web import send_bytes
from trade.models import ServiceKind
from trade.permissions import LEDGER_READ, SERVICES_READ, SERVICES_RECORD
from trade.service import listing, township_choices, villagers
from trade.service.listing import STATUSES, ServiceFilter
from trade.views.blueprint import bp, day_argument, search_argument, township_argument

_ONLINE = {"yes": True, "no": False}


def _filter() -> ServiceFilter:
    kind, status = request.args.get("kind", ""), request.args.get("status", "")
    return ServiceFilter(
        q=search_argument(),
        kind=ServiceKind(kind) if kind in set(ServiceKind) else None,
        status=status if status in STATUSES else "",
        township=township_argument(),
        station_id=request.args.get("station", type=uuid.UUID),
        online=_ONLINE.get(request.args.get("online", "")),
        since=day_argument("since"),
        until=day_argument("until"),
    )


@bp.get("")
@requires(SERVICES_READ)
def list_services() -> str:
    """代买 and 代卖 that the person may see: search, filters, pages."""
    actor, chosen = current_actor(), _filter()
    page = paginate(listing.list_services(actor, chosen), request.args.get("page", 1, type=int))
    return render_template(
        "trade/list.html",
        page=page,
        chosen=chosen,
        kinds={kind.value: kind.label for kind in ServiceKind},
        statuses=STATUSES,
        status_choices=listing.status_choices(),
        online=request.args.get("online", ""),
        townships=[] if actor.role is Role.VILLAGE_OPERATOR else township_choices(actor),
        may_see_books=actor.may(LEDGER_READ),
        may_record=actor.may(SERVICES_RECORD) and actor.station_id is not None,
    )


@bp.get("/export.xlsx")
@requires(SERVICES_READ)
def export_services() -> Response:
    """The list with its filters, whole, as a sheet; phone numbers masked."""
    rows = listing.all_services(current_actor(), _filter())
    content = write_xlsx(_("代买代卖"), _columns(), (_cells(row) for row in rows), at=clock.now())
    return send_bytes(content, f"services-{clock.today():%Y%m%d}.xlsx")


def _columns() -> list[Column]:
    return [
        Column(_("单号")),
        Column(_("日期"), "date"),
        Column(_("类别")),
        Column(_("站点")),
        Column(_("村")),
        Column(pgettext("one", "乡亲")),
        Column(_("电话")),
        Column(_("物品")),
        Column(_("数量"), "quantity"),
        Column(_("单位")),
        Column(_("金额（元）"), "fen"),
        Column(_("线上")),
        Column(_("状态")),
        Column(_("经办人")),
    ]


def _cells(row: Any) -> list[object]:
    online = "" if row.online is None else _("是") if row.online else _("否")
    status = STATUSES[f"{row.kind}.{row.status}"]
    head = [
        row.receipt_code,
        row.day,
        str(ServiceKind(row.kind).label),
        row.station_name,
        row.division_name,
        row.person,
    ]
    what = [formats.phone(row.phone) if row.phone else "", row.what, row.quantity, row.unit]
    return [*head, *what, row.amount_fen, online, str(status.label), row.operator_name]


@bp.get("/villagers")
@requires(SERVICES_RECORD)
def list_villagers() -> str:
    """The register of the own station, searched by name or phone tail."""
    q = search_argument()
    page = paginate(villagers.list_villagers(current_actor(), q), request.args.get("page", 1, type=int))
    return render_template("trade/villagers.html", page=page, q=q)
