"""For the machines that watch this one."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, current_app

from app.core.access import public
from app.core.database import db
from app.core.jobs import Job

health_bp = Blueprint("health", __name__)


@health_bp.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@health_bp.get("/readyz")
@public
def ready() -> Response:
    """The database, and Redis where it is used, answer too."""
    failed = [name for name, check in (("database", _database), ("redis", _redis)) if not check()]
    text = "".join(f"{name}: no answer\n" for name in failed) or "ready\n"
    return Response(text, status=503 if failed else 200, mimetype="text/plain")


@health_bp.get("/metrics")
@public
def metrics() -> Response:
    """Counts in Prometheus' text format; no personal data, no amounts."""
    jobs = db.session.execute(sa.select(Job.status, sa.func.count()).group_by(Job.status)).all()
    lines = ["# HELP xiangyi_jobs Long work by status.", "# TYPE xiangyi_jobs gauge"]
    lines += [f'xiangyi_jobs{{status="{status}"}} {count}' for status, count in jobs]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def _database() -> bool:
    try:
        db.session.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def _redis() -> bool:
    url = current_app.config["REDIS_URL"]
    if not url:
        return True
    from redis import Redis, RedisError

    try:
        return bool(Redis.from_url(url, socket_connect_timeout=2).ping())
    except RedisError:
        return False
