"""The blueprint of training, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext as _

from app.core.access import Actor
from app.core.errors import InvalidInput
from app.core.forms import BaseForm
from training import service
from training.forms import SignInForm
from training.models import Attendance, TraineeCategory, TrainingSession

bp = Blueprint("training", __name__, template_folder="../templates")


def sign(actor: Actor, session: TrainingSession, form: SignInForm, *, by_themselves: bool) -> Attendance:
    """Sign in the person of a valid form."""
    return service.sign_in(
        actor=actor,
        request_id=form.request_id.data,
        session_id=session.id,
        name=form.name.data,
        phone=form.phone.data,
        division_code=form.division_code.data,
        category=TraineeCategory(form.category.data),
        from_poor_household=form.from_poor_household.data,
        by_themselves=by_themselves,
    )


def own_url(session: TrainingSession) -> str:
    """The address behind the QR code."""
    return url_for("training.own_sign_in_form", code=session.code, _external=True)


def require_valid(form: BaseForm) -> None:
    """Raise InvalidInput with the first thing that is wrong: for small forms that have no page of their own."""
    if not form.validate_on_submit():
        first = next((messages[0] for messages in form.errors.values() if messages), _("请再填一次。"))
        raise InvalidInput(first)
