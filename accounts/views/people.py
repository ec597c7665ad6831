"""Looking after people: the list, one person, adding and changing."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import rules, service
from accounts.forms import EditUserForm, NewUserForm, ReasonForm
from accounts.models import UserAccount, UserStatus
from accounts.permissions import USERS_MANAGE, USERS_READ
from accounts.service import NewLogin, UserFilter
from accounts.views import bp
from app.core import audit, clock, format, ids, secrets
from app.core.access import HUB_ROLES, Actor, Role, current_actor, requires
from app.core.forms import BaseForm
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.flows import people

SHOWN_ONCE = "first_password"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 30
MOST_EXPORTED = 50_000
FILTERS = ("q", "role", "status", "division")


@bp.get("/users")
@requires(USERS_READ)
def list_users() -> str:
    """My people, found by name, role, state and place."""
    actor = current_actor()
    query = service.list_users(actor=actor, narrowed=_narrowed())
    page = paginate(query, request.args.get("page", 1, type=int), PER_PAGE)
    return render_template(
        "accounts/list.html",
        page=page,
        places=people.place_names({user.scope_code for user in page.items}),
        roles_to_choose=[(role.value, role.label) for role in _roles(actor)],
        divisions=people.parts_of(actor),
        export_url=url_for("accounts.export_users", **{k: request.args[k] for k in FILTERS if k in request.args}),
        now=clock.now(),
        may_manage=actor.may(USERS_MANAGE),
    )


def _narrowed() -> UserFilter:
    """The list's filter from the address; what makes no sense is left out."""
    given = request.args
    state = given.get("status", "")
    return UserFilter(
        text=given.get("q", "").strip() or None,
        role=Role(given["role"]) if given.get("role") in set(Role) else None,
        status=UserStatus(state) if state in set(UserStatus) else None,
        locked=state == "locked",
        division_code=given.get("division") or None,
    )


@bp.get("/users/export")
@requires(USERS_READ)
def export_users() -> Response:
    """The same list as a sheet; phones masked as on the page."""
    found = paginate(service.list_users(actor=current_actor(), narrowed=_narrowed()), 1, MOST_EXPORTED).items
    places = people.place_names({user.scope_code for user in found})
    columns = [
        Column(_("姓名")),
        Column(_("登录名")),
        Column(_("手机")),
        Column(_("角色")),
        Column(_("管哪里")),
        Column(_("区划代码")),
        Column(_("状态")),
        Column(_("上次登录"), "moment"),
    ]
    rows = [
        (
            user.name,
            user.login,
            format.phone(user.phone) if user.phone else None,
            str(user.role.label),
            places[user.scope_code],
            user.scope_code,
            str(user.status.label),
            user.last_login_at,
        )
        for user in found
    ]
    sheet = write_xlsx(_("人员"), columns, rows, at=clock.now())
    headers = {"Content-Disposition": f"attachment; filename=users-{clock.today():%Y%m%d}.xlsx"}
    return Response(sheet, mimetype=XLSX, headers=headers)


@bp.get("/users/<uuid:user_id>")
@requires(USERS_READ)
def show_user(user_id: uuid.UUID) -> str:
    """One person, with what was changed about them."""
    return _user_page(service.get_user(actor=current_actor(), user_id=user_id), ReasonForm(formdata=None))


def _user_page(user: UserAccount, form: ReasonForm) -> str:
    actor = current_actor()
    return render_template(
        "accounts/user.html",
        user=user,
        form=form,
        where=people.place_name(user.scope_code),
        station=people.station_name(user.station_id),
        locked=rules.is_locked(user.locked_until, clock.now()),
        oneself=user.id == actor.id,
        may_manage=actor.may(USERS_MANAGE),
        uses_codes=user.role in HUB_ROLES,
        may_reset_codes=user.totp_secret is not None and user.id != actor.id,
        first_password=_password_to_show(user),
        request_id=ids.new_id(),
        steps=[(entry.text, entry.actor_name, entry.recorded_at) for entry in audit.history(user)],
    )


# -- adding and changing -------------------------------------------------------------------------


@bp.get("/users/new")
@requires(USERS_MANAGE)
def new_user_form() -> str:
    """Ask who is to be added."""
    here = request.args.get("division", "")
    form = _offered(NewUserForm(formdata=None, role=Role.VILLAGE_OPERATOR.value, scope_code=here))
    return render_template("accounts/new.html", form=form)


@bp.post("/users/new")
@requires(USERS_MANAGE)
def add_user() -> ResponseReturnValue:
    """Add a person and show the first password."""
    form = _offered(NewUserForm())
    if form.validate_on_submit():
        with form.catching():
            new = people.add_person(
                actor=current_actor(), request_id=form.request_id.data, login=form.login.data, **form.facts
            )
            return _show_once(new)
    return render_template("accounts/new.html", form=form), 422


@bp.get("/users/<uuid:user_id>/edit")
@requires(USERS_MANAGE)
def edit_user_form(user_id: uuid.UUID) -> str:
    """Ask what is to be changed."""
    user = service.get_user(actor=current_actor(), user_id=user_id)
    form = _offered(EditUserForm(formdata=None, obj=user))
    form.role.data, form.station_id.data = user.role.value, str(user.station_id or "")
    return render_template("accounts/edit.html", form=form, user=user)


@bp.post("/users/<uuid:user_id>/edit")
@requires(USERS_MANAGE)
def edit_user(user_id: uuid.UUID) -> ResponseReturnValue:
    """Change who a person is and where."""
    user = service.get_user(actor=current_actor(), user_id=user_id)
    form = _offered(EditUserForm())
    if form.validate_on_submit():
        with form.catching():
            people.change_person(actor=current_actor(), request_id=form.request_id.data, user_id=user_id, **form.facts)
            flash(_("已改好。"))
            return redirect(url_for("accounts.show_user", user_id=user_id), 303)
    return render_template("accounts/edit.html", form=form, user=user), 422


def _offered(form: Any) -> Any:
    actor = current_actor()
    form.offer(roles=_roles(actor), divisions=people.division_choices(actor), stations=people.station_choices(actor))
    return form


def _roles(actor: Actor) -> list[Role]:
    return [role for role in Role if role in rules.manageable_roles(actor)]


# -- the login itself ----------------------------------------------------------------------------


@bp.post("/users/<uuid:user_id>/disable")
@requires(USERS_MANAGE)
def disable_user(user_id: uuid.UUID) -> ResponseReturnValue:
    """Close a login."""
    return _with_reason(service.disable_user, user_id)


@bp.post("/users/<uuid:user_id>/enable")
@requires(USERS_MANAGE)
def enable_user(user_id: uuid.UUID) -> ResponseReturnValue:
    """Open a login again."""
    return _with_reason(service.enable_user, user_id)


def _with_reason(verb: Any, user_id: uuid.UUID) -> ResponseReturnValue:
    user = service.get_user(actor=current_actor(), user_id=user_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with form.catching():
            verb(actor=current_actor(), user_id=user_id, reason=form.reason.data, request_id=form.request_id.data)
            return redirect(url_for("accounts.show_user", user_id=user_id), 303)
    return _user_page(user, form), 422


@bp.post("/users/<uuid:user_id>/unlock")
@requires(USERS_MANAGE)
def unlock_user(user_id: uuid.UUID) -> ResponseReturnValue:
    """Forget wrong tries."""
    service.unlock_user(actor=current_actor(), user_id=user_id)
    flash(_("已解锁，可以马上再试。"))
    return redirect(url_for("accounts.show_user", user_id=user_id), 303)


@bp.post("/users/<uuid:user_id>/reset-password")
@requires(USERS_MANAGE)
def reset_password(user_id: uuid.UUID) -> ResponseReturnValue:
    """Make a new first password and show it."""
    form = BaseForm()
    form.validate_on_submit()
    return _show_once(service.reset_password(actor=current_actor(), user_id=user_id, request_id=form.request_id.data))


@bp.post("/users/<uuid:user_id>/reset-second-step")
@requires(USERS_MANAGE)
def reset_second_step(user_id: uuid.UUID) -> ResponseReturnValue:
    """For a colleague's lost phone."""
    service.reset_second_step(actor=current_actor(), user_id=user_id)
    flash(_("已重设。下次登录时会要求重新设置动态码。"))
    return redirect(url_for("accounts.show_user", user_id=user_id), 303)


# -- a first password crosses the redirect encrypted, and is shown once ---------------------------


def _show_once(new: NewLogin) -> ResponseReturnValue:
    if new.first_password:
        note = json.dumps([str(new.user.id), new.first_password])
        session[SHOWN_ONCE] = secrets.encrypt(note, purpose=SHOWN_ONCE)
    else:
        flash(_("这个人已经添加过，并且改过密码了。"))
    return redirect(url_for("accounts.show_user", user_id=new.user.id), 303)


def _password_to_show(user: UserAccount) -> str | None:
    note = session.pop(SHOWN_ONCE, None)
    if note is None:
        return None
    user_id, password = json.loads(secrets.decrypt(note, purpose=SHOWN_ONCE))
    return str(password) if user_id == str(user.id) else None
