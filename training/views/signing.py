"""The teacher's list: adding, ticking, striking out."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from app.core.errors import InvalidInput, NotFound
from app.core.pagination import paginate
from stations import service as stations_service
from training import service
from training.forms import TickForm
from training.models import SessionStatus, TrainingSession
from training.permissions import TRAINING_MANAGE
from training.views.blueprint import bp, require_valid, sign
from training.views.sessions import new_sign_form, new_strike_form, session_page


@bp.post("/training/<uuid:session_id>/sign-in")
@requires(TRAINING_MANAGE)
def record_sign_in(session_id: uuid.UUID) -> ResponseReturnValue:
    """Put somebody on the list who never came before."""
    session = _session(session_id)
    form = new_sign_form(session)
    if form.validate_on_submit():
        with form.catching():
            signed = sign(current_actor(), session, form, by_themselves=False)
            flash(_("%(name)s 已签到", name=signed.trainee.name))
            return redirect(url_for("training.show_session", session_id=session_id) + "#sign-in", 303)
    return session_page(session, form), 422


@bp.get("/training/<uuid:session_id>/known")
@requires(TRAINING_MANAGE)
def tick_form(session_id: uuid.UUID) -> ResponseReturnValue:
    """People of the place who came to earlier sessions, to be ticked."""
    session = _session(session_id)
    if session.status is not SessionStatus.OPEN:
        return redirect(url_for("training.show_session", session_id=session_id), 303)
    q = request.args.get("q", "").strip()[:64]
    page = paginate(service.known_people(session, q), request.args.get("page", 1, type=int))
    names = stations_service.division_names(person.division_code for person in page.items)
    return render_template("training/known.html", session=session, page=page, q=q, names=names, form=TickForm())


@bp.post("/training/<uuid:session_id>/known")
@requires(TRAINING_MANAGE)
def tick_people(session_id: uuid.UUID) -> ResponseReturnValue:
    """Tick them present."""
    form = TickForm()
    require_valid(form)
    try:
        ticked = [uuid.UUID(text) for text in request.form.getlist("person")]
    except ValueError:
        raise InvalidInput(_("请再勾一次。")) from None
    service.sign_in_known(
        actor=current_actor(), request_id=form.request_id.data, session_id=session_id, trainee_ids=ticked
    )
    flash(_("勾选的 %(count)s 人已签到。", count=len(ticked)))
    return redirect(url_for("training.show_session", session_id=session_id), 303)


@bp.post("/training/<uuid:session_id>/strike-out")
@requires(TRAINING_MANAGE)
def strike_out(session_id: uuid.UUID) -> ResponseReturnValue:
    """Take a mistaken name off the list."""
    session = _session(session_id)
    form = new_strike_form(service.list_attendances(session, struck=False))
    if form.validate_on_submit():
        with form.catching():
            attendance = service.strike_out(
                actor=current_actor(), attendance_id=uuid.UUID(form.attendance_id.data), reason=form.reason.data
            )
            flash(_("%(name)s 已划掉，不计人次。", name=attendance.trainee.name))
            return redirect(url_for("training.show_session", session_id=session_id), 303)
    return session_page(session, strike_form=form), 422


def _session(session_id: uuid.UUID) -> TrainingSession:
    actor = current_actor()
    session = service.get_session(actor, session_id)
    if not service.may_see_names(actor, session):
        raise NotFound(_("没有这场培训。"))
    return session
