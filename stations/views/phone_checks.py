"""Pages of phone checks: the list, drawing, one check with its results, calling, drawing again to compare."""

from __future__ import annotations

import csv
import io
import secrets
import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock, format
from app.core.access import Actor, current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.flows import phone_checks as flow
from app.flows.phone_checks import Wanted
from stations import service as network
from stations.forms.phone_check import FIELDS, CallForm, DrawForm, ReplaceForm
from stations.models.phone_check import CallResult, PhoneCheck, PhoneCheckPerson, PhoneSubject
from stations.permissions import PHONE_CHECKS_CALL, PHONE_CHECKS_READ
from stations.rules import sampling
from stations.service import inspection as inspections
from stations.service import phone_checks as service
from stations.views import asked, bp
from stations.views.acceptance.tools import page

DEFINITION = _l(
    "打通率：打通的人 ÷ 打过电话的人。核实率（G5）：说参加过的 ÷ 打通并问到的。"
    "知晓度、满意度：占问到的人（样本量 n）；满意指 4 分和 5 分。"
    "同一个人以最后一次电话为准。"
)


@bp.get("/stations/phone-checks")
@requires(PHONE_CHECKS_READ)
def list_phone_checks() -> ResponseReturnValue:
    """All phone checks in scope."""
    actor = current_actor()
    wanted = {"q": request.args.get("q", "")[:64], "subject": asked.member(PhoneSubject, "subject")}
    found = paginate(service.query_checks(actor, **wanted), request.args.get("page", 1, int))
    return page(
        "phone_checks.html",
        page=found,
        wanted=wanted,
        subjects=PhoneSubject.choices(),
        may_call=actor.may(PHONE_CHECKS_CALL),
    )


@bp.route("/stations/phone-checks/new", methods=["GET", "POST"])
@requires(PHONE_CHECKS_CALL)
def draw_phone_check() -> ResponseReturnValue:
    """Draw a sample."""
    actor = current_actor()
    form = DrawForm(**_asked(), seed=str(secrets.randbelow(10**8))).offer(**_choices(actor))
    subject = form.about()
    if subject is None:
        return page("phone_check_whom.html", subjects=PhoneSubject)
    if form.validate_on_submit():
        with form.catching():
            check = flow.draw(
                actor=actor,
                request_id=form.request_id.data,
                wanted=Wanted(**form.wanted()),
                seed=form.seed.data or "",
                sample_size=form.sample_size.data or 0,
                purpose=form.purpose.data or "",
            )
            flash(_("已抽好 %(count)s 人，可以开始打电话。", count=check.sample_size))
            return to_check(check.id)
    return page("phone_check_new.html", form, subject=subject, fields=FIELDS[subject])


def _asked() -> dict[str, Any]:
    """What the page it came from already says."""
    subject = asked.member(PhoneSubject, "subject")
    named = {name: request.args.get(name, type=uuid.UUID) for name in ("round_id", "station_id", "session_id")}
    return {"subject": subject.value if subject else None, **named}


def _choices(actor: Actor) -> dict[str, Any]:
    rounds = [(str(r.id), f"{r.year} {r.name}") for r in inspections.all_rounds(actor)]
    stations = [(str(s.id), s.name) for s in network.list_stations(scope_code=actor.scope_code)]
    return {"rounds": rounds, "stations": stations, "sessions": flow.session_choices(actor)}


@bp.get("/stations/phone-checks/<uuid:check_id>")
@requires(PHONE_CHECKS_READ)
def show_phone_check(check_id: uuid.UUID) -> ResponseReturnValue:
    """One check: results with the sample size, the people drawn with masked numbers."""
    actor = current_actor()
    check = service.get_check(actor, check_id)
    wanted = {
        "q": request.args.get("q", "")[:20],
        "result": asked.member(CallResult, "result"),
        "waiting": request.args.get("waiting") == "1",
    }
    return page(
        "phone_check.html",
        c=check,
        page=paginate(service.query_people(check_id, **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        figures=service.figures_of(check),
        next_one=service.next_to_call(check, 0),
        results=CallResult.choices(),
        may_call=actor.may(PHONE_CHECKS_CALL),
        definition=DEFINITION,
    )


@bp.get("/stations/phone-checks/<uuid:check_id>/export")
@requires(PHONE_CHECKS_READ)
def export_phone_check(check_id: uuid.UUID) -> Response:
    """The people drawn and their answers as XLSX, numbers masked."""
    check = service.get_check(current_actor(), check_id)
    columns = [
        Column(_("次序"), "int"),
        Column(_("姓名")),
        Column(_("电话")),
        Column(_("地方")),
        Column(_("打了几次"), "int"),
        Column(_("结果")),
        Column(_("参加过")) if check.about_training else Column(_("知道站点")),
        Column(_("满意度（1–5）"), "int"),
        Column(_("最后一次"), "moment"),
        Column(_("补的是第几位"), "int"),
        Column(_("换人原因")),
    ]
    rows = [_row(check, person) for person in service.all_people(check)]
    notes = [str(DEFINITION), _drawing(check)]
    content = write_xlsx(_("电话抽查"), columns, rows, notes, at=clock.now())
    return asked.hand_out(content, f"phone-check-{check.drawn_at:%Y%m%d}.xlsx")


def _row(check: PhoneCheck, p: PhoneCheckPerson) -> list[object]:
    said = p.attended if check.about_training else p.knows
    return [
        p.position,
        p.name,
        format.phone(p.phone),
        p.place_name,
        p.attempts,
        str(p.result.label) if p.result else "",
        "" if said is None else (_("是") if said else _("否")),
        p.satisfied,
        p.last_called_at,
        p.replaces_position,
        p.replaced_reason,
    ]


def _drawing(check: PhoneCheck) -> str:
    return _(
        "总体 %(all)s 人，SHA-256 %(sha)s；种子 %(seed)s；样本 %(size)s 人。",
        all=check.population_size,
        sha=check.population_sha256,
        seed=check.seed,
        size=check.sample_size,
    )


@bp.get("/stations/phone-checks/<uuid:check_id>/proof")
@requires(PHONE_CHECKS_READ)
def check_phone_sample(check_id: uuid.UUID) -> ResponseReturnValue:
    """Draw the sample again from what is kept, and compare."""
    check = service.get_check(current_actor(), check_id)
    return page(
        "phone_check_proof.html",
        c=check,
        redrawn=service.redraw_check(check),
        before=service.drawings_before(check),
        people=sorted(check.people, key=lambda p: p.position),
    )


@bp.get("/stations/phone-checks/<uuid:check_id>/population.csv")
@requires(PHONE_CHECKS_READ)
def export_phone_population(check_id: uuid.UUID) -> Response:
    """The ids of all who might have been drawn, with their keys, in the order of the drawing: no names, no numbers."""
    check = service.get_check(current_actor(), check_id)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["id", "sha256"])
    lines.writerows((one, sampling.key(check.seed, one)) for one in sampling.order(check.population, check.seed))
    return asked.text_file(out.getvalue(), f"population-{check.population_sha256[:12]}.csv")


@bp.route("/stations/phone-check-people/<uuid:person_id>", methods=["GET", "POST"])
@requires(PHONE_CHECKS_CALL)
def call_phone_check_person(person_id: uuid.UUID) -> ResponseReturnValue:
    """The calling page: the number in full, the questions, what was said."""
    actor = current_actor()
    person = service.get_person(actor, person_id)
    form = CallForm()
    if form.validate_on_submit():
        with form.catching():
            service.record_call(
                actor=actor,
                request_id=form.request_id.data,
                person_id=person_id,
                result=CallResult(form.result.data),
                remark=form.remark.data or "",
                **form.answers(),
            )
            flash(_("已记下 %(name)s 的电话。", name=person.name))
            return _next(person)
    return _calling(person, form)


def _next(person: PhoneCheckPerson) -> ResponseReturnValue:
    following = service.next_to_call(person.check, person.position)
    if following is not None:
        return redirect(url_for("stations.call_phone_check_person", person_id=following.id), 303)
    return to_check(person.check_id)


def _calling(person: PhoneCheckPerson, form: CallForm, replace: ReplaceForm | None = None) -> ResponseReturnValue:
    return page(
        "phone_check_call.html",
        replace if replace is not None else form,
        c=person.check,
        p=person,
        call=form,
        replace=replace or ReplaceForm(formdata=None),
        following=service.next_to_call(person.check, person.position),
        may_replace=service.may_replace(person),
    )


@bp.post("/stations/phone-check-people/<uuid:person_id>/replacement")
@requires(PHONE_CHECKS_CALL)
def replace_phone_check_person(person_id: uuid.UUID) -> ResponseReturnValue:
    """Put the next of the order in somebody's place."""
    actor = current_actor()
    form = ReplaceForm()
    if form.validate_on_submit():
        with form.catching():
            new = flow.replace(
                actor=actor, request_id=form.request_id.data, person_id=person_id, reason=form.reason.data or ""
            )
            flash(_("已换成第 %(position)s 位 %(name)s。", position=new.position, name=new.name))
            return redirect(url_for("stations.call_phone_check_person", person_id=new.id), 303)
    return _calling(service.get_person(actor, person_id), CallForm(formdata=None), form)


def to_check(check_id: uuid.UUID) -> ResponseReturnValue:
    """Back to the check."""
    return redirect(url_for("stations.show_phone_check", check_id=check_id), 303)
