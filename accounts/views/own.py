"""A person's own account: password, language, codes."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import rules, service
from accounts.forms import CodeForm, LanguageForm, PasswordForm, RemoveSecondStepForm
from accounts.permissions import SECOND_STEP
from accounts.views import bp
from accounts.views.login import stay
from app.core.access import LOGGED_IN, current_actor, requires
from app.core.forms import BaseForm
from app.core.qr import qr_svg
from app.core.web import limiter
from app.flows import people

TRIES = "20/minute;100/hour"


@bp.get("/account")
@requires(LOGGED_IN)
def own_account() -> str:
    """Who I am here, and what I can set."""
    user = service.get_own(current_actor())
    return render_template(
        "accounts/own.html",
        user=user,
        where=people.place_name(user.scope_code),
        form=LanguageForm(formdata=None, language=user.language),
        may_use_codes=current_actor().may(SECOND_STEP),
    )


@bp.post("/account/language")
@requires(LOGGED_IN)
def choose_language() -> ResponseReturnValue:
    """The language my pages open in."""
    form = LanguageForm()
    if form.validate_on_submit():
        session["lang"] = service.set_language(actor=current_actor(), language=form.language.data).language
    return redirect(url_for("accounts.own_account"), 303)


@bp.get("/account/password")
@requires(LOGGED_IN)
def change_password_form() -> str:
    """Ask for a new password."""
    return _password_page(_password_form(empty=True))


@bp.post("/account/password")
@requires(LOGGED_IN)
@limiter.limit(TRIES)
def change_password() -> ResponseReturnValue:
    """Change my password; my other sessions end, this one goes on."""
    form = _password_form()
    if form.validate_on_submit():
        with form.catching():
            current = form.current.data if "current" in form else None
            user = service.change_own_password(actor=current_actor(), current=current, password=form.password.data)
            stay(user)
            flash(_("密码已经改好。别处登录的都已退出。"))
            return redirect(url_for("home.start"), 303)
    return _password_page(form), 422


def _password_form(empty: bool = False) -> PasswordForm:
    form = PasswordForm(formdata=None) if empty else PasswordForm()
    if service.must_change(service.get_own(current_actor())):
        del form.current
    return form


def _password_page(form: PasswordForm) -> str:
    return render_template(
        "accounts/password.html",
        form=form,
        first="current" not in form,
        least=rules.least_length(current_actor().role),
    )


# -- codes ---------------------------------------------------------------------------------------


@bp.get("/account/second-step")
@requires(SECOND_STEP)
def second_step_form() -> str:
    """Set up codes: begin, scan, confirm; or stop using them."""
    return _second_step_page(CodeForm(formdata=None), RemoveSecondStepForm(formdata=None))


@bp.post("/account/second-step/start")
@requires(SECOND_STEP)
def start_second_step() -> ResponseReturnValue:
    """Make the key."""
    service.start_second_step(actor=current_actor())
    return redirect(url_for("accounts.second_step_form"), 303)


@bp.post("/account/second-step/confirm")
@requires(SECOND_STEP)
@limiter.limit(TRIES)
def confirm_second_step() -> ResponseReturnValue:
    """Show that the phone knows the key."""
    form = CodeForm()
    if form.validate_on_submit():
        with form.catching():
            service.confirm_second_step(actor=current_actor(), code=form.code.data)
            flash(_("登录动态码已开启。下次登录时要填手机上的 6 位数。"))
            return redirect(url_for("home.start"), 303)
    return _second_step_page(form, RemoveSecondStepForm(formdata=None)), 422


@bp.post("/account/second-step/remove")
@requires(SECOND_STEP)
@limiter.limit(TRIES)
def remove_second_step() -> ResponseReturnValue:
    """Stop using the present phone."""
    form = RemoveSecondStepForm()
    if form.validate_on_submit():
        with form.catching():
            service.remove_second_step(actor=current_actor(), password=form.password.data, code=form.code.data)
            flash(_("动态码已停用。"))
            return redirect(url_for("accounts.second_step_form"), 303)
    return _second_step_page(CodeForm(formdata=None), form), 422


def _second_step_page(code_form: CodeForm, remove_form: RemoveSecondStepForm) -> str:
    user = service.get_own(current_actor())
    key = service.second_step_key(user)
    return render_template(
        "accounts/second_step.html",
        user=user,
        key=key,
        qr=qr_svg(key.address, _("登录动态码的二维码")) if key else None,
        start_form=BaseForm(formdata=None),
        code_form=code_form,
        remove_form=remove_form,
        required=current_app.config.get("TOTP_REQUIRED", True),
    )
