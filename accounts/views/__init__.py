"""Pages about people and logins."""

from __future__ import annotations

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from accounts import service
from app.core.web import problem, wants_json

bp = Blueprint("accounts", __name__, template_folder="../templates")

# What stays open to a person who has yet to change the first password, or to set up codes.
WITH_FIRST_PASSWORD = frozenset({"accounts.logout", "accounts.change_password_form", "accounts.change_password"})
WITHOUT_CODES = frozenset(
    {
        "accounts.logout",
        "accounts.second_step_form",
        "accounts.start_second_step",
        "accounts.confirm_second_step",
    }
)


@bp.before_app_request
def duties_first() -> ResponseReturnValue | None:
    """Until the first password is changed, and codes are set up where they are due, every page leads there."""
    endpoint = request.endpoint or "static"
    if endpoint == "static" or g.get("actor") is None or not current_user.is_authenticated:
        return None
    if getattr(current_app.view_functions[endpoint], "is_public", False):
        return None
    if service.must_change(current_user):
        return _first(endpoint, WITH_FIRST_PASSWORD, "accounts.change_password_form", _("请先换一个自己的密码。"))
    if service.must_enrol(current_user):
        return _first(endpoint, WITHOUT_CODES, "accounts.second_step_form", _("请先设置登录动态码。"))
    return None


def _first(endpoint: str, allowed: frozenset[str], page: str, words: str) -> ResponseReturnValue | None:
    if endpoint in allowed:
        return None
    return problem(403, "first-things-first", words) if wants_json() else redirect(url_for(page), 303)


from accounts.views import login, own, people  # noqa: E402, F401  they add their pages to the blueprint
