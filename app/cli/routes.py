"""Two-tier runs: benchmark instances, and the county's own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from app.cli.common import json_option, show, with_app
from app.core.access import SYSTEM


@click.group()
def route() -> None:
    """Two-tier route planning."""


@route.command()
@click.argument("instance", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seconds", type=click.IntRange(1, 3600), default=60, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def solve(instance: Path, seconds: int, seed: int, out: Path) -> None:
    """Solve a benchmark INSTANCE and write the solution as JSON."""
    from logistics.planner import benchmark
    from logistics.planner.search import solve as search
    from logistics.planner.solution import cost

    problem = benchmark.read_instance(instance)
    solution = search(problem, seconds=seconds, seed=seed)
    benchmark.write_solution(out, solution)
    click.echo(f"cost {cost(problem, solution).total:.2f}")


@route.command()
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--seconds", type=click.IntRange(1, 600), default=10, show_default=True)
@json_option
@with_app
def plan(day: datetime, seconds: int, as_json: bool) -> None:
    """Plan the county's runs of a day over the parcels that wait."""
    from app.flows.plan_runs import plan_runs

    show(plan_runs(actor=SYSTEM, day=day.date(), seconds=seconds).to_dict(), as_json)


commands = [route]
