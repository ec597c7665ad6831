"""The run sheet on paper: stops with parcels down and up, places to sign, a code that opens the run's page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from reportlab.platypus import Flowable

from app.core import clock
from app.core.ids import grouped
from app.core.money import format_fen
from app.core.pdf import Column, Frame, parts, render
from logistics.models import Run

_COLUMNS = [
    Column("序", "right"),
    Column("计划", "centre"),
    Column("站点", wrap=True),
    Column("卸（件）", "right"),
    Column("装（件）", "right"),
    Column("实收", weight=2),
    Column("站方签字", weight=3),
]


def run_url(run: Run) -> str:
    """The address of the run's page, as it stands in the code on paper."""
    return f"{current_app.config['BASE_URL']}/runs/{run.id}"


def run_sheets(runs: Sequence[Run], issuer: str) -> bytes:
    """The sheets of runs as one PDF, each on its own page; ``issuer`` is the county's name."""
    flowables: list[Flowable] = []
    for number, run in enumerate(runs):
        if number:
            flowables.append(parts.page_break())
        flowables += _sheet(run)
    title = "班车运行单" if len(runs) != 1 else f"班车运行单 {grouped(runs[0].code)}"
    frame = Frame(title=title, issuer=issuer, issued_at=clock.now(), number=runs[0].code if len(runs) == 1 else "")
    return render(frame, flowables)


def _sheet(run: Run) -> list[Flowable]:
    return [
        parts.heading(f"{run.day.isoformat()} {run.tier.label}：{run.start_name}出发"),
        parts.facts(_facts(run)),
        parts.table(_COLUMNS, [_row(run, n) for n in range(len(run.stops))], total=_total(run)),
        parts.definition(
            "卸：送到该站的包裹。装：从该站收上来的包裹，当天带回。数目不符请在“实收”写明，并在手机上勾出缺少的单号。"
        ),
        parts.keep_together([parts.qr(run_url(run), 30, "扫码打开本班车"), parts.signature_lines(["司机", "调度"])]),
    ]


def _facts(run: Run) -> list[tuple[str, str]]:
    km = "—" if run.distance_m is None else f"{(run.distance_m + 500) // 1000} 公里"
    departs = "—" if run.departs_at is None else f"{clock.local(run.departs_at):%H:%M}"
    return [
        ("车牌", run.plate or "—"),
        ("司机", run.driver_name or "—"),
        ("发车", departs),
        ("里程（估）", km),
        ("装载量", "—" if run.capacity_parcels is None else f"{run.capacity_parcels} 件"),
        ("油费、过路费（估）", format_fen(run.cost_fen)),
    ]


def _row(run: Run, n: int) -> list[str]:
    stop = run.stops[n]
    at = "" if stop.planned_at is None else f"{clock.local(stop.planned_at):%H:%M}"
    return [str(stop.sequence), at, stop.station_name, str(stop.deliver_count), str(stop.collect_count), "", ""]


def _total(run: Run) -> list[str]:
    return ["", "", f"合计 {len(run.stops)} 站", str(run.deliver_count), str(run.collect_count), "", ""]
