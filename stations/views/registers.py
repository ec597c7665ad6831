"""Registers behind the network's figures: villages, townships, services offered. Each for any day, each as a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from app.core import clock
from app.core.access import Actor, current_actor, requires
from app.core.format import day
from app.core.pagination import paginate_list
from app.core.sheets import Column, write_xlsx
from stations import service
from stations.models import Level, Service, StationKind
from stations.permissions import PLAN_SET, STATIONS_READ
from stations.service.registers import PlaceLine
from stations.views import asked, bp


@bp.get("/stations/villages")
@requires(STATIONS_READ)
def list_villages() -> str:
    """Every village, whether it is a key one, whether it is covered and by which points (D2, D3)."""
    return _show(Level.VILLAGE, _villages(current_actor()))


@bp.get("/stations/townships")
@requires(STATIONS_READ)
def list_townships() -> str:
    """Every township and its station (D1)."""
    return _show(Level.TOWNSHIP, _townships(current_actor()))


def _show(level: Level, lines: Sequence[PlaceLine]) -> str:
    actor, on = current_actor(), asked.past_day("on")
    return render_template(
        "stations/places.html",
        level=level,
        page=paginate_list(lines, request.args.get("page", 1, int)),
        covered=sum(line.is_covered for line in lines),
        on=on,
        past=on < clock.today(),
        townships=service.list_divisions(Level.TOWNSHIP, actor.scope_code, on) if level is Level.VILLAGE else [],
        may_mark=actor.may(PLAN_SET),
        query=request.args.to_dict(),
    )


def _asked() -> dict[str, Any]:
    return {
        "on": asked.past_day("on"),
        "q": asked.words(),
        "key": asked.yes_or_no("key"),
        "covered": asked.yes_or_no("covered"),
    }


def _villages(actor: Actor) -> list[PlaceLine]:
    return service.village_register(actor=actor, township=asked.code("township"), **_asked())


def _townships(actor: Actor) -> list[PlaceLine]:
    return service.township_register(actor=actor, **_asked())


@bp.get("/stations/villages.xlsx")
@requires(STATIONS_READ)
def export_villages() -> Response:
    """The same villages as a sheet."""
    return _sheet(_("行政村覆盖台账"), _villages(current_actor()), "villages", Level.VILLAGE)


@bp.get("/stations/townships.xlsx")
@requires(STATIONS_READ)
def export_townships() -> Response:
    """The same townships as a sheet."""
    return _sheet(_("乡镇综合服务站台账"), _townships(current_actor()), "townships", Level.TOWNSHIP)


def _sheet(title: str, lines: Sequence[PlaceLine], name: str, level: Level) -> Response:
    on = asked.past_day("on")
    columns = [
        Column(_("乡镇")),
        *([Column(_("村"))] if level is Level.VILLAGE else []),
        Column(_("区划代码")),
        Column(_("重点村") if level is Level.VILLAGE else _("重点乡镇")),
        Column(_("已覆盖")),
        Column(_("从哪天起"), "date"),
        Column(_("站点")),
        Column(_("状态")),
    ]
    rows = [
        (
            line.township,
            *([line.place.name] if level is Level.VILLAGE else []),
            line.place.code,
            _("是") if line.place.is_key else _("否"),
            _("是") if line.is_covered else _("否"),
            line.covered_since,
            "、".join(s.name + (_("（邻村）") if s.next_door else "") for s in line.stations),
            "、".join(str(s.status.label) for s in line.stations),
        )
        for line in lines
    ]
    content = write_xlsx(title, columns, rows, _notes(lines), at=clock.now())
    return asked.hand_out(content, f"{name}-{on:%Y%m%d}.xlsx")


def _notes(lines: Sequence[PlaceLine]) -> list[str]:
    return [
        _(
            "截至 %(day)s；共 %(all)s 处，已覆盖 %(covered)s 处。",
            day=day(asked.past_day("on")),
            all=len(lines),
            covered=sum(line.is_covered for line in lines),
        ),
        _("已覆盖：有已验收、试运行或运营中的站点；村还包括验收写明由邻村的点就近覆盖的。一处有两个站点只算一处。"),
    ]


@bp.get("/stations/offers")
@requires(STATIONS_READ)
def list_offers() -> str:
    """Which station offers what, today or on a past day (D5 by services offered)."""
    actor, on = current_actor(), asked.past_day("on")
    chosen, kind = asked.member(Service, "service"), asked.member(StationKind, "kind")
    everything = service.offer_register(actor=actor, on=on, kind=kind)
    counts = Counter(line.service for line in everything)
    lines = [line for line in everything if chosen in (None, line.service)]
    return render_template(
        "stations/offer_list.html",
        page=paginate_list(lines, request.args.get("page", 1, int)),
        counts=[(one, counts[one]) for one in Service],
        stations=len({line.station.id for line in everything}),
        chosen=chosen,
        kind=kind,
        kinds=StationKind.choices(),
        services=Service.choices(),
        on=on,
        past=on < clock.today(),
    )


@bp.get("/stations/offers.xlsx")
@requires(STATIONS_READ)
def export_offers() -> Response:
    """The same lines as a sheet."""
    on = asked.past_day("on")
    lines = service.offer_register(
        actor=current_actor(), on=on, service=asked.member(Service, "service"), kind=asked.member(StationKind, "kind")
    )
    columns = [
        Column(_("服务项目")),
        Column(_("站点")),
        Column(_("编号")),
        Column(_("类型")),
        Column(_("乡镇")),
        Column(_("村")),
        Column(_("从哪天起"), "date"),
    ]
    rows = [
        (
            str(line.service.label),
            line.station.name,
            line.station.code,
            str(line.station.kind.label),
            line.place.township,
            line.place.village,
            line.since,
        )
        for line in lines
    ]
    notes = [_("截至 %(day)s 开办的服务项目，一站一项一行；不论站点当日是否营业。", day=day(on))]
    content = write_xlsx(_("服务项目台账"), columns, rows, notes, at=clock.now())
    return asked.hand_out(content, f"offers-{on:%Y%m%d}.xlsx")
