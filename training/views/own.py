"""People sign themselves in, on their own phone, without a login."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import SYSTEM, find_actor, public
from app.core.web import limiter
from training import rules, service
from training.forms import CodeForm, SignInForm, grouped
from training.models import TrainingSession
from training.views.blueprint import bp, sign

# A hall full of people may stand behind one address.
TYPING, SIGNING = "60/minute", "120/minute"


@bp.get("/training/sign-in")
@public
@limiter.limit(TYPING)
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
@limiter.limit(SIGNING)
def own_sign_in_form(code: str) -> ResponseReturnValue:
    """A trainee's own sign-in form."""
    session = service.find_open_session(code)
    return _no_session(code) if session is None else _own_page(session, _own_form(session))


@bp.post("/training/sign-in/<digits:code>")
@public
@limiter.limit(SIGNING)
def sign_oneself_in(code: str) -> ResponseReturnValue:
    """Sign oneself in."""
    session = service.find_open_session(code)
    if session is None:
        return _no_session(code)
    form = _own_form(session)
    if form.validate_on_submit():
        with form.catching():
            sign(find_actor() or SYSTEM, session, form, by_themselves=True)
            return redirect(url_for("training.signed_in", code=session.code), 303)
    return _own_page(session, form), 422


@bp.get("/training/sign-in/<digits:code>/done")
@public
def signed_in(code: str) -> ResponseReturnValue:
    """Done; the next person may use the same phone."""
    session = service.find_open_session(code)
    return _no_session(code) if session is None else render_template("training/signed_in.html", session=session)


def _no_session(code: str) -> ResponseReturnValue:
    return redirect(url_for("training.code_form", code=code), 303)


def _own_form(session: TrainingSession) -> SignInForm:
    form = SignInForm()
    form.division_code.choices = grouped(service.trainee_places(session))
    return form


def _own_page(session: TrainingSession, form: SignInForm) -> str:
    return render_template(
        "training/own_sign_in.html",
        session=session,
        form=form,
        times=rules.sign_in_times(session.starts_at, session.hours),
    )
