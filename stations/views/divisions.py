"""Divisions: list, one of them with its history, key marks, new names, mergers."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock
from app.core.access import Actor, current_actor, requires
from app.core.scope import county_of, covers
from stations import service
from stations.errors import DivisionNotFound
from stations.forms.divisions import KeyForm, MergeForm, RenameForm
from stations.models import Division, Level
from stations.permissions import DIVISIONS_EDIT, PLAN_SET, STATIONS_READ
from stations.rules.mergers import absorbed
from stations.views import asked, bp

MOST_OFFERED = 100  # boxes on one page; more are found by township or name


@bp.get("/stations/divisions/<division:code>")
@requires(STATIONS_READ)
def show_division(code: str) -> str:
    """One division: names, marks, mergers, its stations."""
    actor, division = current_actor(), _division(code)
    return render_template(
        "stations/division.html",
        division=division,
        full_name=service.division_name(code),
        touched=service.touched_by(actor=actor, code=code),
        now_in=_now_in(code),
        may_follow=_in_reach(_now_in(code)),
        took_in=[service.get_division(old) for old in absorbed(code, service.merged_on(clock.today()))],
        life=service.life_of(code),
        history=audit.history(division)[:30],
        may_edit=actor.may(DIVISIONS_EDIT) and division.level is not Level.COUNTY,
        may_mark=actor.may(PLAN_SET) and division.level is not Level.COUNTY,
    )


def _division(code: str) -> Division:
    division = service.get_division(code)
    if not covers(current_actor().scope_code, code):
        raise DivisionNotFound
    return division


def _now_in(code: str) -> Division | None:
    into = service.merged_on(clock.today()).get(code)
    return service.find_division(into) if into else None


def _in_reach(division: Division | None) -> bool:
    return division is not None and covers(current_actor().scope_code, division.code)


@bp.route("/stations/divisions/<division:code>/rename", methods=["GET", "POST"])
@requires(DIVISIONS_EDIT)
def rename_division(code: str) -> ResponseReturnValue:
    """A division gets another name."""
    actor, division, form = current_actor(), _division(code), RenameForm()
    if form.validate_on_submit():
        with form.catching():
            service.rename_division(
                actor=actor,
                request_id=form.request_id.data,
                code=code,
                new_name=form.new_name.data,
                effective_on=form.effective_on.data,
                reason=form.reason.data,
            )
            flash(_("新名称已记下；以前的日期仍显示原来的名称。"))
            return redirect(url_for("stations.show_division", code=code), 303)
    elif not form.is_submitted():
        form.new_name.data = division.name
    body = render_template("stations/division_rename.html", form=form, division=division)
    return body, 422 if form.errors else 200


@bp.route("/stations/divisions/<division:code>/merge", methods=["GET", "POST"])
@requires(DIVISIONS_EDIT)
def merge_division(code: str) -> ResponseReturnValue:
    """A division goes into another one; what follows is shown before."""
    actor, division, form = current_actor(), _division(code), MergeForm()
    form.offer(_sisters(division))
    if form.validate_on_submit():
        with form.catching():
            merger = service.merge_division(
                actor=actor,
                request_id=form.request_id.data,
                code=code,
                into_code=form.into_code.data,
                effective_on=form.effective_on.data,
                reason=form.reason.data,
            )
            flash(_("撤并已记下；以前的日期不变。"))
            return redirect(url_for("stations.show_division", code=merger.into_code), 303)
    body = render_template(
        "stations/division_merge.html",
        form=form,
        division=division,
        touched=service.touched_by(actor=actor, code=code),
    )
    return body, 422 if form.errors else 200


def _sisters(division: Division) -> dict[str, list[tuple[str, Any]]]:
    """The divisions of the same level by township, those of the own township first."""
    county = county_of(division.code)
    towns = service.list_divisions(Level.TOWNSHIP, county)
    if division.level is Level.TOWNSHIP:
        return {_("乡镇、街道"): [(t.code, t.short_name) for t in towns if t.code != division.code]}
    villages = service.list_divisions(Level.VILLAGE, county)
    towns = sorted(towns, key=lambda town: (town.code != division.parent_code, town.code))
    grouped = {
        town.short_name: [
            (v.code, v.short_name) for v in villages if v.parent_code == town.code and v.code != division.code
        ]
        for town in towns
    }
    return {town: places for town, places in grouped.items() if places}


@bp.route("/stations/divisions/key", methods=["GET", "POST"])
@requires(PLAN_SET)
def mark_key() -> ResponseReturnValue:
    """Tick villages or townships to be marked as key ones, or (``take=1``) to be unmarked."""
    actor, form = current_actor(), KeyForm()
    take = request.args.get("take") == "1"
    offered = _offered(actor, take)
    form.codes.choices = [(d.code, _told(d, offered[1])) for d in offered[0][:MOST_OFFERED]]
    if form.validate_on_submit():
        with form.catching():
            changed = service.mark_key(
                actor=actor,
                codes=form.codes.data,
                reason=form.reason.data,
                is_key=not take,
                effective_on=form.effective_on.data,
            )
            flash(_("已取消 %(n)s 处的标记。", n=len(changed)) if take else _("已标记 %(n)s 处。", n=len(changed)))
            return redirect(url_for("stations.list_villages", key=1), 303)
    body = render_template(
        "stations/key.html",
        form=form,
        take=take,
        found=len(offered[0]),
        most=MOST_OFFERED,
        level=_level().value,
        q=asked.words(),
        township=asked.code("township"),
        townships=service.list_divisions(Level.TOWNSHIP, actor.scope_code),
    )
    return body, 422 if form.errors else 200


def _level() -> Level:
    return Level.TOWNSHIP if request.args.get("level") == Level.TOWNSHIP.value else Level.VILLAGE


def _offered(actor: Actor, take: bool) -> tuple[list[Division], dict[str, str]]:
    """The divisions that may be ticked, and the full names of all of them."""
    found = service.list_divisions(_level(), asked.code("township") or actor.scope_code)
    names = {code: place.full for code, place in service.places_on([d.code for d in found]).items()}
    wanted = [d for d in found if d.is_key is take and asked.words() in names[d.code] + d.code]
    return wanted, names


def _told(division: Division, names: dict[str, str]) -> str:
    return names[division.code]
