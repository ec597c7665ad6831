"""Checks that an outsider can run: seals, ledger, documents."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.common import json_option, show, with_app
from app.core import documents, seals


@click.group()
def seal() -> None:
    """Seals over the append-only tables."""


@seal.command("make")
@json_option
@with_app
def make_seal(as_json: bool) -> None:
    """Seal what was added since the last time."""
    show(dict(seals.make()), as_json)


@seal.command("verify")
@json_option
@with_app
def verify_seal(as_json: bool) -> None:
    """Read every sealed row again; names the first that was altered, removed or slipped in."""
    breaches = seals.verify()
    found = [f"{b.stream}: {b.what} {b.row_id or ''} (place {b.position})" for b in breaches]
    show({"sealed": seals.sealed_rows(), "breaches": found}, as_json)
    sys.exit(1 if breaches else 0)


@click.group()
def ledger() -> None:
    """The books."""


@ledger.command("check")
@json_option
@with_app
def check_ledger(as_json: bool) -> None:
    """Every transaction balances; the general ledger is the sum of its sub-ledgers."""
    from trade import service

    result = service.check_ledger()
    show(result.to_dict(), as_json)
    sys.exit(1 if result.problems else 0)


@click.group()
def pdf() -> None:
    """Issued documents."""


@pdf.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@with_app
def verify_pdf(file: Path, as_json: bool) -> None:
    """Tell whether FILE is a document as it was issued here."""
    verdict = documents.verify(file.read_bytes())
    facts = {"finding": verdict.finding.value, "words": str(verdict.finding.label)}
    if verdict.document:
        facts |= {"number": verdict.document.number, "title": verdict.document.title}
    show(facts, as_json)
    sys.exit(0 if verdict.finding is documents.Finding.GENUINE else 1)


commands = [seal, ledger, pdf]
