"""What the commands share."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click

from app import create_app

P = ParamSpec("P")
R = TypeVar("R")


def with_app(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application; jobs are done at once."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        app = create_app(JOBS="inline")
        with app.app_context():
            return function(*args, **kwargs)

    return run


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")


def show(facts: dict[str, Any], as_json: bool) -> None:
    """Print figures as JSON, or a line each."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
        return
    for name, value in facts.items():
        text = ", ".join(str(v) for v in value) if isinstance(value, list) else value
        click.echo(f"{name}: {text}")
