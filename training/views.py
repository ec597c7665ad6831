"""Pages of training."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock, ids
from app.core.access import SYSTEM, Actor, current_actor, find_actor, public, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.core.web import limiter, send_bytes
from stations import service as stations_service
from training import service
from training.forms import CodeForm, MoveForm, SessionForm, SignInForm, StrikeForm
from training.models import SESSION_MOVES, SessionStatus, TraineeCategory
from training.permissions import TRAINING_MANAGE, TRAINING_READ

bp = Blueprint("training", __name__, template_folder="templates")


def _filters() -> dict[str, str]:
    wanted = {name: request.args.get(name, "").strip() for name in ("q", "status", "month")}
    try:
        clock.parse_month(wanted["month"])
    except ValueError:
        wanted["month"] = ""
    return wanted


@bp.get("/training")
@requires(TRAINING_READ)
def list_sessions() -> str:
    """Sessions in scope, with person-times and persons of what was asked for."""
    actor = current_actor()
    chosen = _filters()
    page = paginate(service.list_sessions(actor, **chosen), request.args.get("page", 1, type=int))
    return render_template(
        "training/sessions.html",
        page=page,
        chosen=chosen,
        statuses=SessionStatus.choices(),
        turnout=service.turnout(actor),
        may_manage=actor.may(TRAINING_MANAGE),
    )


@bp.get("/training/export.xlsx")
@requires(TRAINING_READ)
def export_sessions() -> Response:
    """The same list as a workbook."""
    columns = [
        Column("课程"),
        Column("日期", "date"),
        Column("地点"),
        Column("老师"),
        Column("学时", "int"),
        Column("人次", "int"),
        Column("状态"),
    ]
    rows = [
        [s.course_name, clock.local(s.starts_at).date(), s.place, s.teacher, s.hours, times, str(s.status.label)]
        for s, times in service.rows_of_sessions(current_actor(), **_filters())
    ]
    notes = ["人次：每人每场计一次；同一人两场为 2 人次、1 人。划掉的签到不计。"]
    return send_bytes(write_xlsx("培训场次", columns, rows, notes=notes), "培训场次.xlsx")


@bp.get("/training/new")
@requires(TRAINING_MANAGE)
def new_session_form() -> str:
    """The form for a new session."""
    return _session_page(_session_form())


@bp.post("/training/new")
@requires(TRAINING_MANAGE)
def plan_session() -> ResponseReturnValue:
    """Plan a session."""
    form = _session_form()
    if form.validate_on_submit():
        with form.catching():
            session = service.plan_session(
                actor=current_actor(),
                request_id=form.request_id.data,
                course_name=form.course_name.data,
                hours=form.hours.data,
                division_code=form.division_code.data,
                place=form.place.data,
                teacher=form.teacher.data,
                starts_at=clock.at_local(form.day.data, form.time.data.hour, form.time.data.minute),
            )
            return redirect(url_for("training.show_session", session_id=session.id), 303)
    return _session_page(form), 422


def _session_form() -> SessionForm:
    form = SessionForm()
    form.division_code.choices = stations_service.division_choices(current_actor().scope_code)
    return form


def _session_page(form: SessionForm) -> str:
    return render_template("training/new_session.html", form=form, courses=service.list_courses())


@bp.get("/training/<uuid:session_id>")
@requires(TRAINING_READ)
def show_session(session_id: uuid.UUID) -> str:
    """A session with its list."""
    return _show(session_id)


def _show(session_id: uuid.UUID, sign_form: SignInForm | None = None, strike_form: StrikeForm | None = None) -> str:
    actor = current_actor()
    session = service.get_session(actor, session_id)
    attendances = service.list_attendances(session)
    return render_template(
        "training/session.html",
        session=session,
        attendances=attendances,
        counted=[a for a in attendances if a.struck_at is None],
        sign_form=sign_form or _sign_form(actor.scope_code),
        strike_form=strike_form or StrikeForm(formdata=None),
        moves=sorted(SESSION_MOVES.allowed(session.status)),
        may_manage=actor.may(TRAINING_MANAGE),
        history=audit.history(session),
        new_id=ids.new_id,
    )


def _sign_form(scope_code: str) -> SignInForm:
    form = SignInForm()
    form.division_code.choices = stations_service.division_choices(scope_code)
    return form


@bp.post("/training/<uuid:session_id>/move")
@requires(TRAINING_MANAGE)
def move_session(session_id: uuid.UUID) -> ResponseReturnValue:
    """Open, close, reopen or cancel."""
    form = MoveForm()
    if form.validate_on_submit():
        service.move_session(
            actor=current_actor(),
            request_id=form.request_id.data,
            session_id=session_id,
            new_status=SessionStatus(form.new_status.data),
            reason=form.reason.data or "",
        )
    return redirect(url_for("training.show_session", session_id=session_id), 303)


@bp.post("/training/<uuid:session_id>/sign-in")
@requires(TRAINING_MANAGE)
def record_sign_in(session_id: uuid.UUID) -> ResponseReturnValue:
    """Tick somebody present."""
    form = _sign_form(current_actor().scope_code)
    if form.validate_on_submit():
        with form.catching():
            signed = _sign(current_actor(), session_id, form, by_themselves=False)
            flash(_("%(name)s 已签到", name=signed.trainee.name))
            return redirect(url_for("training.show_session", session_id=session_id) + "#sign-in", 303)
    return _show(session_id, form), 422


def _sign(actor: Actor, session_id: uuid.UUID, form: SignInForm, *, by_themselves: bool) -> Any:
    return service.sign_in(
        actor=actor,
        request_id=form.request_id.data,
        session_id=session_id,
        name=form.name.data,
        phone=form.phone.data,
        division_code=form.division_code.data,
        category=TraineeCategory(form.category.data),
        from_poor_household=form.from_poor_household.data,
        by_themselves=by_themselves,
    )


@bp.post("/training/attendances/<uuid:attendance_id>/strike-out")
@requires(TRAINING_MANAGE)
def strike_out(attendance_id: uuid.UUID) -> ResponseReturnValue:
    """Take a mistaken name off the list."""
    form = StrikeForm()
    attendance = service.strike_out(actor=current_actor(), attendance_id=attendance_id, reason=form.reason.data or "")
    return redirect(url_for("training.show_session", session_id=attendance.session_id), 303)


@bp.get("/training/sign-in")
@public
def code_form() -> ResponseReturnValue:
    """Where a trainee types the code the teacher reads out."""
    form = CodeForm(request.args, meta={"csrf": False})
    if "code" in request.args and form.validate():
        session = service.find_open_session(form.code.data)
        if session is not None:
            return redirect(url_for("training.own_sign_in_form", code=session.code), 303)
        form.code.errors = [_("没有这个签到码，或者签到还没有开始。请再看一遍老师给的数字。")]
    return render_template("training/code.html", form=form)


@bp.get("/training/sign-in/<digits:code>")
@public
def own_sign_in_form(code: str) -> ResponseReturnValue:
    """A trainee's own sign-in form, on their own phone, without a login."""
    return _own_page(code)


def _own_page(code: str, form: SignInForm | None = None, done: str | None = None) -> ResponseReturnValue:
    session = service.find_open_session(code)
    if session is None:
        return redirect(url_for("training.code_form", code=code), 303)
    form = form or _sign_form(stations_service.county_scope())
    return render_template("training/own_sign_in.html", session=session, form=form, done=done)


@bp.post("/training/sign-in/<digits:code>")
@public
@limiter.limit("30/minute")
def sign_oneself_in(code: str) -> ResponseReturnValue:
    """Sign oneself in."""
    session = service.find_open_session(code)
    if session is None:
        return redirect(url_for("training.code_form", code=code), 303)
    form = _sign_form(stations_service.county_scope())
    if form.validate_on_submit():
        with form.catching():
            signed = _sign(find_actor() or SYSTEM, session.id, form, by_themselves=True)
            return _own_page(code, done=signed.trainee.name)
    page = _own_page(code, form)
    return (page, 422) if isinstance(page, str) else page
