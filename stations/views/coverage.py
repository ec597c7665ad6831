"""The coverage page: figures, map, plan, what is missing."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from app.core import clock
from app.core.access import Actor, current_actor, requires
from app.core.format import day
from app.core.sheets import Column, write_xlsx
from stations import service
from stations.models import Level
from stations.permissions import PLAN_SET, STATIONS_READ
from stations.rules.coverage import Coverage
from stations.views import asked, bp
from stations.views.map import draw_map


@bp.get("/stations/coverage")
@requires(STATIONS_READ)
def coverage() -> str:
    """How much of the person's scope the network covers, today or on a past day."""
    actor, on = current_actor(), asked.past_day("on")
    found = _coverage(actor)
    drawing = draw_map(asked.code("township") or actor.scope_code, found, on)
    return render_template(
        "stations/coverage.html",
        coverage=found,
        map=drawing and Markup(drawing.to_svg(title=_("服务站点分布图"), desc=_described(found))),  # noqa: S704  escaped there
        plan=service.plan_status(actor=actor, on=on),
        on=on,
        today=clock.today(),
        township=asked.code("township"),
        townships=service.list_divisions(Level.TOWNSHIP, actor.scope_code, on),
        query=request.args.to_dict(),
        may_plan=actor.may(PLAN_SET),
    )


def _coverage(actor: Actor) -> Coverage:
    return service.county_coverage(actor=actor, scope_code=asked.code("township"), on=asked.past_day("on"))


def _described(found: Coverage) -> str:
    return _(
        "%(name)s：乡镇综合服务站 %(stations)s 个，村级服务点 %(points)s 个；"
        "%(villages)s 个行政村中 %(missing)s 个未覆盖，名单见下表。",
        name=found.name,
        stations=found.township_stations,
        points=found.village_points,
        villages=found.villages,
        missing=len(found.uncovered),
    )


@bp.get("/stations/coverage.xlsx")
@requires(STATIONS_READ)
def coverage_sheet() -> Response:
    """The villages not covered, as a sheet, with the figures and the definition below."""
    found = _coverage(current_actor())
    columns = [Column(_("乡镇")), Column(_("村")), Column(_("区划代码")), Column(_("重点村"))]
    rows = [(v.township, v.name, v.code, _("是") if v.is_key else _("否")) for v in found.uncovered]
    content = write_xlsx(_("未覆盖的村"), columns, rows, _notes(found), at=clock.now())
    return asked.hand_out(content, f"uncovered-{found.on:%Y%m%d}.xlsx")


def _notes(found: Coverage) -> list[str]:
    facts: dict[str, Any] = found.to_dict()
    return [
        _("%(name)s，截至 %(day)s。", name=found.name, day=day(found.on)),
        _(
            "行政村 %(villages)s 个，已覆盖 %(covered)s 个（%(percent)s %%）；"
            "重点村 %(key)s 个，已覆盖 %(key_covered)s 个。",
            villages=found.villages,
            covered=found.covered_villages,
            percent=facts["village_coverage_percent"],
            key=found.key_villages,
            key_covered=found.key_covered,
        ),
        _(
            "覆盖：村里有已验收、试运行或运营中的村级服务点，或验收写明由邻村的点就近覆盖。按村计，一村有两个点只算一个村。"
        ),
    ]
