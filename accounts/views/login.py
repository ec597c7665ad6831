"""Logging in and out."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from accounts import rules, service
from accounts.forms import CodeForm, LoginForm
from accounts.models import UserAccount
from accounts.views import bp
from app.core import clock
from app.core.access import HUB_ROLES, LOGGED_IN, find_actor, public, requires
from app.core.web import limiter

HALF_IN = "half_in"  # the session of a person whose password was right and whose code is awaited
HALF_IN_SECONDS = 300
TRIES_BY_ADDRESS = "30/minute;300/hour"  # a township's phones may share one address


@bp.get("/login")
@public
def login_form() -> ResponseReturnValue:
    """Ask for name and password."""
    if find_actor() is not None:
        return redirect(url_for("home.start"), 303)
    return _login_page(LoginForm(formdata=None))


@bp.post("/login")
@public
@limiter.limit(TRIES_BY_ADDRESS)
def login() -> ResponseReturnValue:
    """Log in, or go on to the second step."""
    form = LoginForm()
    target = rules.own_path(request.args.get("next"))
    if form.validate_on_submit():
        with form.catching():
            user = service.log_in(name=form.name.data, password=form.password.data)
            if not user.has_second_step:
                return _enter(user, target)
            session[HALF_IN] = {"who": user.get_id(), "at": int(clock.now().timestamp()), "next": target}
            return redirect(url_for("accounts.code_form"), 303)
    return _login_page(form), 422


def _login_page(form: LoginForm) -> str:
    target = rules.own_path(request.args.get("next"))
    return render_template("accounts/login.html", form=form, action=url_for("accounts.login", next=target))


@bp.get("/login/code")
@public
def code_form() -> ResponseReturnValue:
    """Ask for the code on the phone."""
    if _half_in() is None:
        return redirect(url_for("accounts.login_form"), 303)
    return render_template("accounts/code.html", form=CodeForm(formdata=None))


@bp.post("/login/code")
@public
@limiter.limit(TRIES_BY_ADDRESS)
def check_code() -> ResponseReturnValue:
    """The second step of a login."""
    user = _half_in()
    if user is None:
        return redirect(url_for("accounts.login_form"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        with form.catching():
            user = service.check_code(user_id=user.id, code=form.code.data)
            return _enter(user, session[HALF_IN]["next"])
    return render_template("accounts/code.html", form=form), 422


@bp.post("/logout")
@requires(LOGGED_IN)
def logout() -> ResponseReturnValue:
    """End this session."""
    lang = session.get("lang")
    logout_user()
    session.clear()
    if lang:
        session["lang"] = lang
    return redirect(url_for("accounts.login_form"), 303)


def _half_in() -> UserAccount | None:
    """Whose code is awaited; None when nobody's, or for longer than five minutes."""
    waiting = session.get(HALF_IN)
    if not waiting or clock.now().timestamp() - waiting["at"] > HALF_IN_SECONDS:
        return None
    return service.find_by_session(waiting["who"])


def _enter(user: UserAccount, target: str | None) -> ResponseReturnValue:
    """Begin a session of the person's own: nothing of what the visitor's session held goes with them."""
    lang = session.get("lang") or user.language
    session.clear()
    session["lang"] = lang
    stay(user)
    return redirect(target or url_for("home.start"), 303)


def stay(user: UserAccount) -> None:
    """Put the person's present epoch into the session. A hub session ends with the browser, others after 14 days."""
    login_user(user)
    session.permanent = user.role not in HUB_ROLES
