"""Checks that an outsider can run: seals, ledger, documents; and who may do what."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.common import json_option, show, with_app
from app.core import documents, seals
from app.core.access import PERMISSIONS, SYSTEM, Role


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
    """Every transaction balances on the accounts its code declares; the books agree with the records."""
    from app.flows import books
    from trade.service import ledger

    problems = books.check()
    accounts = {f"{row.account.value} {row.name}": row.balance_fen for row in ledger.trial_balance(SYSTEM.scope_code)}
    show({"balances_fen": accounts, "problems": [str(problem) for problem in problems]}, as_json)
    sys.exit(1 if problems else 0)


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


PERMISSIONS_HEAD = """# 谁能做什么 · Who may do what

由 `xiangyi permissions > docs/permissions.md` 生成，不要手改；测试核对它与程序一致。
有权限还要在管辖范围以内：别的乡镇、别的村的记录看不到（404）。

Made by that command from the permissions in the code; a test compares.
A permission holds within the person's division only.
"""


def permissions_table() -> str:
    """Role × permission as a Markdown page, sorted by the permission's name. Needs an application context."""
    heads = [["权限", "名称", *(str(role.label) for role in Role)], ["---", "---", *([":-:"] * len(Role))]]
    rows = [
        [f"`{name}`", str(permission.label), *("✓" if role in permission.roles else "" for role in Role)]
        for name, permission in sorted(PERMISSIONS.items())
    ]
    return "\n".join([PERMISSIONS_HEAD, *(f"| {' | '.join(cells)} |" for cells in heads + rows)])


@click.command()
@with_app
def permissions() -> None:
    """Which role may do what, as a Markdown page (docs/permissions.md)."""
    click.echo(permissions_table())


commands = [seal, ledger, pdf, permissions]
