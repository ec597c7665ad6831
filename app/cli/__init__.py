"""The command line: ``xiangyi``. Every command has ``--help``; those that print figures have ``--json``."""

from __future__ import annotations

import sys

import click

from app.cli import checks, figures, goods, routes, serving, setting_up
from app.core.errors import DomainError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xiangyi")
def cli() -> None:
    """乡驿 Xiangyi: one county's rural e-commerce stations."""


for module in (setting_up, serving, figures, checks, goods, routes):
    for each in module.commands:
        cli.add_command(each)


def main() -> None:
    """Entry point; what the domain refuses is printed in words, with exit code 1."""
    try:
        cli.main(standalone_mode=False)
    except DomainError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


__all__ = ["cli", "main"]
