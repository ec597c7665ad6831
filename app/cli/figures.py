"""Figures: coverage, the plan, a month's report."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from app.cli.common import json_option, show, with_app
from app.core.access import SYSTEM


@click.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As it was on that day.")
@json_option
@with_app
def coverage(on: datetime | None, as_json: bool) -> None:
    """How many villages the network covers."""
    from stations import service

    show(service.county_coverage(actor=SYSTEM, on=_day(on)).to_dict(), as_json)


@click.command("plan-status")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As it was on that day.")
@click.option("--year", type=int, help="The plan of that year; else the newest.")
@json_option
@with_app
def plan_status(on: datetime | None, year: int | None, as_json: bool) -> None:
    """The plan's targets against what stands and against time, and what is missing by name."""
    from stations import service

    status = service.plan_status(actor=SYSTEM, year=year, on=_day(on))
    if as_json:
        show(status.to_dict(), as_json)
    else:
        click.echo(status.to_text())


@click.command()
@click.argument("period")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@with_app
def report(period: str, out: Path) -> None:
    """A month's statistics (PERIOD as 2026-10) as signed PDF and XLSX in the folder OUT."""
    from datacenter import service

    out.mkdir(parents=True, exist_ok=True)
    for name, content in service.month_report_files(actor=SYSTEM, month=period):
        (out / name).write_bytes(content)
        click.echo(out / name)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


commands = [coverage, plan_status, report]
