"""Setting up: the database and keys, a county, people, the demonstration."""

from __future__ import annotations

import os
from pathlib import Path

import click
import flask_migrate
from flask import current_app

from app import create_app
from app.cli.common import json_option, show, with_app
from app.core import documents, seals
from app.core.access import SYSTEM, Role


def prepare_database() -> None:
    """Bring the schema to the newest revision and make the keys that are missing."""
    flask_migrate.upgrade(directory=str(Path(current_app.root_path).parent / "migrations"))
    seals.make_key()
    documents.make_key()


@click.command()
@with_app
def init() -> None:
    """Make or update the database, and make the hub's keys."""
    prepare_database()
    click.echo(f"ready: {current_app.config['DATA_DIR']}")


@click.command("load-county")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@with_app
def load_county(directory: Path, as_json: bool) -> None:
    """Load a county's divisions, positions, boundary and products from DIRECTORY; all of it or nothing."""
    from app.flows.load_county import load_county as load

    show(load(actor=SYSTEM, directory=directory).to_dict(), as_json)


@click.group()
def user() -> None:
    """People who log in."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([r.value for r in Role]), required=True)
@click.option("--division", required=True, help="12-digit division code the person works in")
@click.option("--phone")
@with_app
def add_user(login: str, name: str, role: str, division: str, phone: str | None) -> None:
    """Add a person; the first password is printed once, on the last line."""
    from accounts import service

    made = service.create_user(actor=SYSTEM, login=login, name=name, role=Role(role), scope_code=division, phone=phone)
    click.echo(made.first_password)


@click.group()
def key() -> None:
    """Interface keys for programs."""


@key.command("add")
@click.argument("name")
@click.option("--for", "purpose", type=click.Choice(["epcis", "data"]), required=True)
@with_app
def add_key(name: str, purpose: str) -> None:
    """Add an interface key; it is printed once, on the last line."""
    from accounts import service

    click.echo(service.add_interface_key(actor=SYSTEM, name=name, purpose=purpose).secret)


@click.command()
@click.option("--seed", default=20261122, show_default=True, help="Number from which the year is drawn.")
@click.option("--serve/--no-serve", default=True, help="Start the server afterwards.")
@click.option("--port", default=8000, show_default=True)
@click.option("--county", "directory", type=click.Path(exists=True, file_okay=False, path_type=Path), default=None)
@click.pass_context
def demo(context: click.Context, seed: int, serve: bool, port: int, directory: Path | None) -> None:
    """A believable year at Youyang, made by the real services; run again it changes nothing."""
    from app.cli.serving import serve as serve_command

    os.environ["XIANGYI_TOTP_REQUIRED"] = "0"  # a newcomer on a laptop has no second device at hand
    _make_demo(seed, directory)
    if serve:
        context.invoke(serve_command, port=port)


def _make_demo(seed: int, directory: Path | None) -> None:
    from app import seed as seeding

    with create_app(JOBS="inline", ARGON2=seeding.CHEAP_HASHES).app_context():
        _print_demo(seed, directory)


def _print_demo(seed: int, directory: Path | None) -> None:
    from app import seed as seeding

    prepare_database()
    root = Path(current_app.root_path).parent
    for login in seeding.make(seed=seed, directory=directory or root / "data" / "counties" / "500242"):
        click.echo(f"{login.role:<14}\t{login.login:<12}\t{login.password}\t{login.name}")


commands = [init, load_county, user, key, demo]
