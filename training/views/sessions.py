"""Sessions: the list, planning, one session with its history, its papers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock, ids
from app.core import format as formats
from app.core.access import current_actor, requires
from app.core.errors import InvalidInput, NotFound
from app.core.pagination import paginate
from app.core.qr import qr_svg
from app.core.sheets import Column, write_xlsx
from app.core.web import send_bytes
from stations import service as stations_service
from stations.models import Level
from training import rules, service
from training.forms import MoveForm, SessionForm, SignInForm, StrikeForm, grouped, plain
from training.models import SESSION_MOVES, Attendance, SessionStatus, TrainingSession
from training.permissions import TRAINING_MANAGE, TRAINING_READ
from training.service import SessionFilter
from training.views.blueprint import bp, own_url, require_valid

MOVE_ORDER = (SessionStatus.OPEN, SessionStatus.CLOSED, SessionStatus.CANCELLED)


def _filter() -> SessionFilter:
    month, status, township = (request.args.get(name, "").strip() for name in ("month", "status", "township"))
    try:
        clock.parse_month(month)
    except ValueError:
        month = ""
    return SessionFilter(
        q=request.args.get("q", "").strip()[:100],
        status=SessionStatus(status) if status in set(SessionStatus) else None,
        month=month,
        township=township if len(township) == 12 and township.isascii() and township.isdecimal() else "",
    )


@bp.get("/training")
@requires(TRAINING_READ)
def list_sessions() -> str:
    """Sessions that concern the person, with person-times and persons of what was asked for."""
    actor, chosen = current_actor(), _filter()
    page = paginate(service.list_sessions(actor, chosen), request.args.get("page", 1, type=int))
    townships = stations_service.list_divisions(Level.TOWNSHIP, actor.scope_code)
    return render_template(
        "training/sessions.html",
        page=page,
        chosen=chosen,
        narrowed=chosen != SessionFilter(),
        statuses=SessionStatus.choices(),
        townships=[(t.code, t.short_name) for t in townships] if len(townships) > 1 else [],
        names=stations_service.division_names(session.division_code for session, _times in page.items),
        turnout=service.turnout(actor, chosen),
        may_manage=actor.may(TRAINING_MANAGE),
    )


@bp.get("/training/export.xlsx")
@requires(TRAINING_READ)
def export_sessions() -> Response:
    """The same list as a workbook."""
    columns = [
        Column(_("课程")),
        Column(_("时间"), "moment"),
        Column(_("乡镇或村")),
        Column(_("地点")),
        Column(_("老师")),
        Column(_("学时"), "int"),
        Column(_("人次"), "int"),
        Column(_("状态")),
    ]
    found = service.rows_of_sessions(current_actor(), _filter())
    names = stations_service.division_names(s.division_code for s, _times in found)
    rows = [
        [
            s.course_name,
            s.starts_at,
            names.get(s.division_code, s.division_code),
            s.place,
            s.teacher,
            s.hours,
            times,
            str(s.status.label),
        ]
        for s, times in found
    ]
    content = write_xlsx(_("培训场次"), columns, rows, notes=[_definition()], at=clock.now())
    return send_bytes(content, f"training-{clock.today():%Y%m%d}.xlsx")


def _definition() -> str:
    return _("人次：每人每场计一次，同一个人两场为 2 人次、1 人。划掉的签到不计。")


# -- planning -----------------------------------------------------------------------------------


@bp.get("/training/new")
@requires(TRAINING_MANAGE)
def new_session_form() -> str:
    """The form for a new session; ``?like=<id>`` takes everything but the day from an earlier one."""
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
            flash(_("排好了。"))
            return redirect(url_for("training.show_session", session_id=session.id), 303)
    return _session_page(form), 422


def _session_form() -> SessionForm:
    form = SessionForm(data=_like())
    form.division_code.choices = grouped(service.session_places(current_actor().scope_code))
    return form


def _like() -> dict[str, object] | None:
    try:
        like = service.get_session(current_actor(), uuid.UUID(request.args.get("like", "")))
    except (ValueError, NotFound):
        return None
    facts: dict[str, object] = {
        name: getattr(like, name) for name in ("course_name", "hours", "division_code", "place", "teacher")
    }
    return facts | {"time": clock.local(like.starts_at).time()}


def _session_page(form: SessionForm) -> str:
    return render_template("training/new_session.html", form=form, courses=service.list_courses())


# -- one session -----------------------------------------------------------------------------------


@bp.get("/training/<uuid:session_id>")
@requires(TRAINING_READ)
def show_session(session_id: uuid.UUID) -> str:
    """A session with its list."""
    return session_page(service.get_session(current_actor(), session_id))


def session_page(
    session: TrainingSession, sign_form: SignInForm | None = None, strike_form: StrikeForm | None = None
) -> str:
    """The page of a session; the forms are those that were just refused."""
    actor = current_actor()
    may_see = service.may_see_names(actor, session)
    may_manage = may_see and actor.may(TRAINING_MANAGE)
    attendances = service.list_attendances(session) if may_see else []
    counted = [a for a in attendances if a.struck_at is None]
    is_open = session.status is SessionStatus.OPEN
    url = own_url(session)
    return render_template(
        "training/session.html",
        session=session,
        held_in=stations_service.division_name(session.division_code),
        attendances=attendances,
        counted=len(counted),
        names=stations_service.division_names(a.trainee.division_code for a in attendances),
        sign_form=(sign_form or new_sign_form(session)) if may_manage and is_open else None,
        strike_form=(strike_form or new_strike_form(counted)) if may_manage and counted else None,
        known=service.count_known(session) if may_manage and is_open else 0,
        sign_in_times=rules.sign_in_times(session.starts_at, session.hours),
        own_url=url,
        code=ids.grouped(session.code, 3),
        qr=qr_svg(url, _("签到用的二维码")) if is_open else None,
        moves=[move for move in MOVE_ORDER if move in SESSION_MOVES.allowed(session.status)],
        too_early=not rules.may_open(clock.local(session.starts_at).date(), clock.today()),
        may_see=may_see,
        may_manage=may_manage,
        history=audit.history(session),
        new_id=ids.new_id,
    )


def new_sign_form(session: TrainingSession) -> SignInForm:
    """The teacher's form for somebody who never came before."""
    form = SignInForm()
    form.division_code.choices = grouped(service.trainee_places(session, current_actor().scope_code))
    return form


def new_strike_form(counted: Sequence[Attendance]) -> StrikeForm:
    """The teacher's form to take a mistaken name off the list."""
    form = StrikeForm(prefix="strike-")
    names = [(str(a.id), f"{a.trainee.name}　{formats.phone(a.trainee.phone)}") for a in counted]
    form.attendance_id.choices = plain([("", _("请选")), *names])
    return form


@bp.post("/training/<uuid:session_id>/move")
@requires(TRAINING_MANAGE)
def move_session(session_id: uuid.UUID) -> ResponseReturnValue:
    """Open, close, reopen or cancel."""
    form = MoveForm()
    require_valid(form)
    status = form.status()
    if status is None:
        raise InvalidInput(_("没有这个状态。"))
    session = service.move_session(
        actor=current_actor(),
        request_id=form.request_id.data,
        session_id=session_id,
        new_status=status,
        reason=form.reason.data or "",
    )
    flash(_("现在是：%(status)s。", status=session.status.label))
    return redirect(url_for("training.show_session", session_id=session_id), 303)


@bp.get("/training/<uuid:session_id>/sheet.pdf")
@requires(TRAINING_MANAGE)
def print_sheet(session_id: uuid.UUID) -> Response:
    """The sign-in sheet, to print before, or to file after."""
    session = _own_session(session_id)
    return send_bytes(service.sign_in_sheet(session, own_url(session)), f"sign-in-{session.code}.pdf")


@bp.get("/training/<uuid:session_id>/export.xlsx")
@requires(TRAINING_MANAGE)
def export_session(session_id: uuid.UUID) -> Response:
    """The list of a session as a workbook; phone numbers masked."""
    session = _own_session(session_id)
    columns = [
        Column(_("姓名")),
        Column(_("电话")),
        Column(_("哪个村")),
        Column(_("身份")),
        Column(_("脱贫户或监测户")),
        Column(_("签到时间"), "moment"),
        Column(_("登记人")),
        Column(_("划掉的原因")),
    ]
    listed = service.list_attendances(session)
    names = stations_service.division_names(a.trainee.division_code for a in listed)
    rows = [
        [
            a.trainee.name,
            formats.phone(a.trainee.phone),
            names.get(a.trainee.division_code, a.trainee.division_code),
            str(a.trainee.category.label),
            _("是") if a.trainee.from_poor_household else _("否"),
            a.signed_at,
            a.signed_by,
            a.struck_reason,
        ]
        for a in listed
    ]
    content = write_xlsx(f"{_('签到表')} {session.course_name}", columns, rows, notes=[_definition()], at=clock.now())
    return send_bytes(content, f"sign-in-{session.code}.xlsx")


def _own_session(session_id: uuid.UUID) -> TrainingSession:
    actor = current_actor()
    session = service.get_session(actor, session_id)
    if not service.may_see_names(actor, session):
        raise NotFound(_("没有这场培训。"))
    return session
