"""The operator's home."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from app.flows import desk
from trade.permissions import SERVICES_RECORD

desk_bp = Blueprint("desk", __name__)


@desk_bp.get("/desk")
@requires(SERVICES_RECORD)
def home() -> str:
    """Tiles for what can be done, today's list, the day's total and cash."""
    found = desk.home(current_actor())
    return render_template(
        "desk.html", desk=found, tiles=_tiles(found), place=found.place.station_name, place_note=found.township
    )


def _tiles(found: desk.Desk) -> list[tuple[str, str, str]]:
    """``(url, word, what it is for)`` of what works now, the most used first."""
    shelf, coming = found.parcels.waiting, found.parcels.arriving
    wanted = [
        ("parcels.pick_up_form", _("取件"), _("架上 %(count)s 件", count=shelf) if shelf else _("取件码或手机尾号")),
        ("parcels.take_in_form", _("收件入库"), _("扫码一件接一件")),
        ("trade.new_purchase", _("代买"), _("帮乡亲买东西")),
        ("trade.new_sale", _("代卖"), _("帮乡亲卖农产品")),
        ("parcels.send_form", _("寄件"), _("下一班车带走")),
        ("parcels.handover_list", _("交接"), _("路上 %(count)s 件", count=coming) if coming else _("班车到了点收")),
        ("trade.list_villagers", _("乡亲"), _("姓名、手机尾号")),
        ("trade.close_day", _("日结"), _("点现金、看今天")),
    ]
    return [(url_for(name), word, what) for name, word, what in wanted if _may_open(name)]


def _may_open(endpoint: str) -> bool:
    """A township's manager records services too, but has no parcel counter."""
    permission = getattr(current_app.view_functions.get(endpoint), "permission", None)
    return permission is not None and current_actor().may(permission)
