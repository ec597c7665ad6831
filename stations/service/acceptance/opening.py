"""Beginning a dossier: of a station from its project, of anything else by the hub."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import in_scope
from stations.errors import AcceptanceClosed
from stations.models import ConstructionProject, Division, Level, Station
from stations.models.acceptance import ACCEPTANCE_OVER, Acceptance, AcceptanceItem, AcceptanceStatus
from stations.models.subject import Subject
from stations.permissions import ACCEPTANCE_PREPARE, DOSSIER_OPEN
from stations.rules import acceptance as rules
from stations.rules import dossier as dossier_rules
from stations.rules.projects import ACCEPTABLE
from stations.service import projects
from stations.service.acceptance import gate
from stations.service.acceptance.checklists import templates
from stations.service.acceptance.trail import chinese, note

UNFINISHED = _l("这个站点已经有一份没办完的验收。")
TWICE = _l("同一年度、同一名称的资料已经有一份没办完的。")


def list_ready_projects(actor: Actor) -> Sequence[ConstructionProject]:
    """Projects being built or completed that this actor prepares, with a checklist and no unfinished acceptance."""
    busy = sa.select(Acceptance.station_id).where(
        Acceptance.station_id.is_not(None), Acceptance.status.not_in(ACCEPTANCE_OVER)
    )
    kinds = {template.subject.value for template in templates()}
    query = (
        sa.select(ConstructionProject)
        .join(ConstructionProject.station)
        .where(in_scope(ConstructionProject.division_code, actor.scope_code))
        .where(ConstructionProject.status.in_(ACCEPTABLE), Station.id.not_in(busy))
        .order_by(ConstructionProject.division_code, ConstructionProject.station_name)
    )
    found = db.session.scalars(query).all()
    return [p for p in found if p.station.kind.value in kinds and gate.may_prepare(actor, p.division_code)]


def list_payees(actor: Actor) -> Sequence[Division]:
    """The townships in scope: only they are paid."""
    query = sa.select(Division).where(in_scope(Division.code, actor.scope_code), Division.level == Level.TOWNSHIP)
    return db.session.scalars(query.where(Division.valid_to.is_(None)).order_by(Division.code)).all()


def list_owners(actor: Actor) -> Sequence[Division]:
    """Whom a dossier may belong to: the county and its townships, as far as they are in scope."""
    levels = (Level.COUNTY, Level.TOWNSHIP)
    query = sa.select(Division).where(in_scope(Division.code, actor.scope_code), Division.level.in_(levels))
    return db.session.scalars(query.where(Division.valid_to.is_(None)).order_by(Division.code)).all()


@command
@idempotent
def open_acceptance(*, actor: Actor, request_id: uuid.UUID | None, project_id: uuid.UUID) -> Acceptance:
    """Start the acceptance of a project with the checklist that holds today for its kind of station.

    Payee, builder, approved sum and reference are the project's. Raises NotFound (also out of scope), Forbidden to
    whom it isn't to prepare, InvalidInput at ``project_id`` without a checklist, AcceptanceClosed when nothing is
    being built or an acceptance is unfinished.
    """
    actor.require(ACCEPTANCE_PREPARE)
    project = _get_project(actor, project_id)
    station = project.station
    template = rules.template_for(templates(), dossier_rules.subject_of(station.kind), clock.today())
    if template is None:
        raise InvalidInput(_l("“%(kind)s”还没有验收清单。", kind=station.kind.label), field="project_id")
    acceptance = _new(
        actor,
        template,
        station.division,
        name=station.name,
        year=clock.today().year,
        project=project,
        station=station,
        station_code=station.code,
        payee_code=project.payee_code,
        payee_name=project.payee_name,
        builder_name=project.builder_name,
        approved_fen=project.budget_fen,
        approval_reference=project.approval_reference,
    )
    _add(acceptance, AcceptanceClosed(UNFINISHED, field="project_id"))
    text = f"开始 {station.name} 的验收，批复金额 {format_fen(project.budget_fen)}"
    note(actor, acceptance, "opened", text)
    return acceptance


@command
@idempotent
def open_dossier(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    subject: Subject,
    name: str,
    year: int,
    division_code: str,
    reference_url: str = "",
) -> Acceptance:
    """Start the dossier of something that is no station: logistics, a training session, a product, a contract year.

    A dossier of the county is prepared by the hub, one of a township by that township. ``reference_url`` is a path in
    the system that shows what it is about. Raises InvalidInput at the field, AcceptanceClosed at ``name`` while one of
    the same subject, year, place and name is unfinished.
    """
    actor.require(DOSSIER_OPEN)
    place = _owner(actor, division_code)
    dossier_rules.check_opening(subject, place.level if place else None, year, clock.today())
    dossier_rules.check_reference(reference_url.strip())
    template = rules.template_for(templates(), subject, clock.today())
    if template is None or place is None:
        raise InvalidInput(_l("“%(kind)s”还没有验收清单。", kind=subject.label), field="subject")
    if not name.strip():
        raise InvalidInput(_l("请写名称。"), field="name")
    acceptance = _new(actor, template, place, name=name.strip(), year=year, reference_url=reference_url.strip())
    _add(acceptance, AcceptanceClosed(TWICE, field="name"))
    note(actor, acceptance, "opened", f"开始整理“{acceptance.subject_name}”的{chinese(subject)}资料（{year} 年）")
    return acceptance


def _owner(actor: Actor, code: str) -> Division | None:
    return next((division for division in list_owners(actor) if division.code == code), None)


def _new(actor: Actor, template: rules.Template, place: Division, *, name: str, year: int, **facts: Any) -> Acceptance:
    return Acceptance(
        subject=template.subject,
        subject_name=name,
        year=year,
        division_code=place.code,
        place_name=projects.place_name(place.code),
        template_key=template.key,
        template_title=template.title,
        template_basis=list(template.basis),
        pass_mark=template.pass_mark,
        status=AcceptanceStatus.DRAFT,
        opened_at=clock.now(),
        opened_by=actor.name,
        items=[_item(n, line, place.short_name) for n, line in enumerate(template.items, 1)],
        **facts,
    )


def _add(acceptance: Acceptance, otherwise: AcceptanceClosed) -> None:
    """Store it. Raises ``otherwise`` when there is an unfinished one, also when it was opened at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add(acceptance)
    except sa.exc.IntegrityError:
        raise otherwise from None


def _get_project(actor: Actor, project_id: uuid.UUID) -> ConstructionProject:
    """Held until the command ends, so that it is not taken back meanwhile."""
    gate.require_preparer(actor, projects.get_project(actor, project_id).division_code)
    project = projects.hold(project_id)
    if project.status not in ACCEPTABLE:
        words = _l("项目现在是“%(status)s”，建设中或完工后才能开始验收。", status=project.status.label)
        raise AcceptanceClosed(words, field="project_id")
    unfinished = sa.select(Acceptance.id).where(
        Acceptance.station_id == project.station_id, Acceptance.status.not_in(ACCEPTANCE_OVER)
    )
    if db.session.scalar(unfinished) is not None:
        raise AcceptanceClosed(UNFINISHED, field="project_id")
    return project


def _item(position: int, line: rules.TemplateItem, place: str) -> AcceptanceItem:
    sign = line.sign.format(place=place)
    return AcceptanceItem(
        position=position,
        key=line.key,
        label=line.label,
        hint=f"应写“{sign}”。{line.hint}" if sign else line.hint,
        source=line.source,
        evidence=line.evidence,
        required=line.required,
        has_amount=line.amount,
        is_payment=line.payment,
        sign=sign,
        points=line.points,
    )
