"""Runs: planned and confirmed by the dispatcher, driven by the driver."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock, ids
from app.core.access import Actor, current_actor, requires
from app.core.errors import NotFound
from app.core.pagination import paginate
from app.core.uploads import PDF
from app.flows.plan_runs import start_planning
from logistics import service
from logistics.forms import PlanForm
from logistics.models import RUN_MOVES, Run, RunStatus, Tier
from logistics.permissions import RUNS_DRIVE, RUNS_PLAN, RUNS_READ
from logistics.rules.driving import load_percent
from logistics.views.blueprint import (
    day_argument,
    hand_over_file,
    member,
    page_number,
    request_id_of_button,
    runs_bp,
)
from logistics.views.map import draw_routes
from stations import service as stations_service


@runs_bp.get("")
@requires(RUNS_READ)
def list_runs() -> ResponseReturnValue:
    """The runs of a day on the map and in a list; the dispatcher plans from here."""
    return _list_page(PlanForm(data={"day": _day()}))


def _day() -> date:
    return day_argument("day") or clock.today()


def _list_page(form: PlanForm) -> ResponseReturnValue:
    actor, day = current_actor(), _day()
    tier, status = member(Tier, "tier"), member(RunStatus, "status")
    page = paginate(service.runs_query(actor, day=day, tier=tier, status=status), page_number())
    planned = service.list_runs(actor, day)
    html = render_template(
        "runs/list.html",
        page=page,
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        figures=_figures(planned),
        chosen={"tier": tier, "status": status},
        tiers=Tier.choices(),
        statuses=RunStatus.choices(),
        form=form,
        map=draw_routes(planned, actor.scope_code),
        proposals=sum(run.status is RunStatus.PLANNED for run in planned),
        load=_load,
        may_plan=actor.may(RUNS_PLAN),
        request_id=ids.new_id(),
    )
    return html, 422 if form.errors else 200


def _figures(runs: Sequence[Run]) -> dict[str, Any]:
    """The day in figures; parcels are counted on the vans, where each rides once."""
    vans = [run for run in runs if run.tier is Tier.VILLAGE]
    return {
        "runs": len(runs),
        "trucks": len(runs) - len(vans),
        "vans": len(vans),
        "villages": len({stop.station_id for run in vans for stop in run.stops}),
        "down": sum(run.deliver_count for run in vans),
        "up": sum(run.collect_count for run in vans),
        "km": sum(run.distance_m or 0 for run in runs) // 1000,
        "cost_fen": sum(run.cost_fen for run in runs),
    }


def _load(run: Run) -> tuple[int, int] | None:
    return load_percent(run.deliver_count, run.collect_count, run.capacity_parcels)


@runs_bp.post("/plan")
@requires(RUNS_PLAN)
def plan() -> ResponseReturnValue:
    """Plan a day as a job."""
    form = PlanForm()
    if form.validate_on_submit():
        with form.catching():
            job = start_planning(
                actor=current_actor(),
                request_id=form.request_id.data,
                day=form.day.data,
                seconds=form.seconds.data,
            )
            return redirect(url_for("jobs.show_job", job_id=job.id), 303)
    return _list_page(form)


@runs_bp.post("/confirm")
@requires(RUNS_PLAN)
def confirm_day() -> ResponseReturnValue:
    """Take on all proposals of a day."""
    request_id_of_button()
    actor, day = current_actor(), _day()
    runs = [run for run in service.list_runs(actor, day) if run.status is RunStatus.PLANNED]
    service.confirm_runs(actor=actor, run_ids=[run.id for run in runs])
    flash(_("排定了 %(n)s 趟班车。", n=len(runs)))
    return redirect(url_for("runs.list_runs", day=day.isoformat()), 303)


@runs_bp.get("/sheets.pdf")
@requires(RUNS_READ)
def day_sheets() -> Response:
    """All run sheets of a day as one PDF."""
    day = _day()
    runs = service.list_runs(current_actor(), day)
    if not runs:
        raise NotFound(_("这一天没有班车。"))
    return _paper(runs, f"runs-{day.isoformat()}.pdf")


def _paper(runs: Sequence[Run], filename: str) -> Response:
    issuer = stations_service.get_county().name
    return hand_over_file(service.run_sheets(runs, issuer), filename, PDF, save=False)


@runs_bp.get("/<uuid:run_id>")
@requires(RUNS_READ)
def show_run(run_id: uuid.UUID) -> str:
    """One run: for the driver the next stop, for everybody the stops, the loads and the way."""
    actor = current_actor()
    run = service.get_run(actor, run_id)
    return render_template(
        "runs/show.html",
        run=run,
        load=_load(run),
        handovers=service.on_run(run.id),
        history=audit.history(run),
        map=draw_routes([run], run.division_code),
        next_moves={status.value for status in RUN_MOVES.allowed(run.status)},
        may_drive=actor.may(RUNS_DRIVE),
        may_plan=actor.may(RUNS_PLAN),
        request_id=ids.new_id(),
    )


@runs_bp.get("/<uuid:run_id>/sheet.pdf")
@requires(RUNS_READ)
def run_sheet(run_id: uuid.UUID) -> Response:
    """The run sheet on paper."""
    return _paper([service.get_run(current_actor(), run_id)], f"run-{run_id}.pdf")


def _after(run_id: uuid.UUID, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("runs.show_run", run_id=run_id), 303)


@runs_bp.post("/<uuid:run_id>/confirm")
@requires(RUNS_PLAN)
def confirm(run_id: uuid.UUID) -> ResponseReturnValue:
    """Take one proposal on."""
    request_id_of_button()
    service.confirm_runs(actor=current_actor(), run_ids=[run_id])
    return _after(run_id, _("排定了。"))


@runs_bp.post("/<uuid:run_id>/cancel")
@requires(RUNS_PLAN)
def cancel(run_id: uuid.UUID) -> ResponseReturnValue:
    """Call a run off."""
    request_id_of_button()
    service.cancel_runs(actor=current_actor(), run_ids=[run_id])
    return _after(run_id, _("这趟班车取消了。"))


@runs_bp.post("/<uuid:run_id>/start")
@requires(RUNS_DRIVE)
def start(run_id: uuid.UUID) -> ResponseReturnValue:
    """The driver leaves; a second tap changes nothing."""
    request_id_of_button()
    actor: Actor = current_actor()
    if service.get_run(actor, run_id).status is not RunStatus.UNDERWAY:
        service.start_runs(actor=actor, run_ids=[run_id])
    return _after(run_id, _("发车了，一路平安。"))


@runs_bp.post("/<uuid:run_id>/stops/<uuid:stop_id>")
@requires(RUNS_DRIVE)
def arrive(run_id: uuid.UUID, stop_id: uuid.UUID) -> ResponseReturnValue:
    """The driver is there."""
    request_id_of_button()
    service.arrive(actor=current_actor(), run_id=run_id, stop_id=stop_id)
    return _after(run_id, _("记下了到站时间。"))


@runs_bp.post("/<uuid:run_id>/finish")
@requires(RUNS_DRIVE)
def finish(run_id: uuid.UUID) -> ResponseReturnValue:
    """The driver is back; a second tap changes nothing."""
    request_id_of_button()
    actor = current_actor()
    if service.get_run(actor, run_id).status is not RunStatus.DONE:
        service.finish_runs(actor=actor, run_ids=[run_id])
    return _after(run_id, _("收车了，辛苦了。"))
