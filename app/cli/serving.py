"""Serving pages and working off jobs."""

from __future__ import annotations

import sys

import click


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--workers", default=1, show_default=True, help="Processes; more than one needs REDIS_URL for jobs and rate limits."
)
def serve(port: int = 8000, host: str = "127.0.0.1", workers: int = 1) -> None:
    """Serve the pages with gunicorn."""
    from gunicorn.app.base import BaseApplication

    from app import create_app

    class Server(BaseApplication):
        """Gunicorn with our settings."""

        def load_config(self) -> None:
            for name, value in {"bind": f"{host}:{port}", "workers": workers, "threads": 8, "timeout": 120}.items():
                self.cfg.set(name, value)

        def load(self) -> object:
            return create_app()

    click.echo(f"http://{host}:{port}/", err=True)
    Server().run()


@click.command()
@click.option("--burst", is_flag=True, help="Stop when the queue is empty.")
def worker(burst: bool) -> None:
    """Work off jobs from Redis (REDIS_URL)."""
    from rq import SimpleWorker

    from app import create_app
    from app.core import jobs

    app = create_app()
    if not app.config["REDIS_URL"]:
        click.echo("REDIS_URL is not set: jobs run in the server's own process and need no worker", err=True)
        sys.exit(2)
    with app.app_context():
        jobs.fail_stale()
        queue = jobs.queue(app.config["REDIS_URL"])
        SimpleWorker([queue], connection=queue.connection).work(burst=burst)


commands = [serve, worker]
