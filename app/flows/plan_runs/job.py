"""Planning as a job, whose result is the day's run sheets."""

from __future__ import annotations

import uuid
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core import jobs, uploads
from app.core.access import Actor
from app.core.command import command
from app.core.idempotency import idempotent
from app.core.uploads import Upload
from app.flows.plan_runs.planning import PlanResult, plan_runs
from logistics import service as logistics_service
from logistics.errors import PlanningFailed
from logistics.permissions import RUNS_PLAN
from stations import service as stations_service


@command
@idempotent
def start_planning(*, actor: Actor, request_id: uuid.UUID | None, day: date, seconds: int) -> jobs.Job:
    """Plan a day as a job; its result is the day's run sheets as one PDF."""
    actor.require(RUNS_PLAN)
    label = _l("排 %(day)s 的班车", day=day.isoformat())
    return jobs.start(actor, "logistics.plan_runs", label, day=day.isoformat(), seconds=seconds)


@jobs.kind("logistics.plan_runs", _l("排班车"))
def _plan_as_job(progress: jobs.Progress, *, day: str, seconds: int) -> Upload | None:
    """Plan; the person may stop and keeps the best plan found so far."""

    def report(done: float, _cost: float) -> None:
        progress.step(round(done * 95), 100, _l("正在比较线路"))

    result = plan_runs(actor=progress.actor, day=date.fromisoformat(day), seconds=seconds, on_progress=report)
    if not result.runs:
        raise PlanningFailed(" ".join((result.message, *result.left)).strip())
    return _keep_sheets(progress.actor, result)


@command
def _keep_sheets(actor: Actor, result: PlanResult) -> Upload:
    county = stations_service.get_county()
    content = logistics_service.run_sheets(result.runs, county.name)
    name = f"班车运行单-{result.day.isoformat()}.pdf"
    return uploads.store(actor, content, name, uploads.PDF, county.code)
