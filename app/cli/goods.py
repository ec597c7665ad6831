"""Lots and their labels."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.common import with_app
from app.core.access import SYSTEM


@click.command()
@click.argument("lot")
@click.option("--count", type=click.IntRange(1, 10000), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_app
def labels(lot: str, count: int, out: Path) -> None:
    """A PDF of label sheets for LOT (its code)."""
    from traceability import service

    out.write_bytes(service.labels_pdf(service.get_lot_by_code(SYSTEM, lot), count))
    click.echo(out)


commands = [labels]
