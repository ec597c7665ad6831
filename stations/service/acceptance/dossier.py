"""The township's part: open an acceptance, put the dossier together, hand it in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

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
from stations.models import ConstructionProject, Division, Level, ProjectStatus, Station
from stations.models.acceptance import (
    ACCEPTANCE_MOVES,
    ACCEPTANCE_OVER,
    Acceptance,
    AcceptanceItem,
    AcceptanceStatus,
    Evidence,
)
from stations.permissions import ACCEPTANCE_PREPARE
from stations.rules import acceptance as rules
from stations.rules.projects import ACCEPTABLE
from stations.service import projects
from stations.service.acceptance import gate
from stations.service.acceptance.checklists import templates
from stations.service.acceptance.files import Incoming, attach
from stations.service.acceptance.trail import note

UNFINISHED = _l("这个站点已经有一份没办完的验收。")


def list_ready_projects(actor: Actor) -> Sequence[ConstructionProject]:
    """Projects in scope that are being built or completed, with a checklist and no unfinished acceptance."""
    busy = sa.select(Acceptance.station_id).where(Acceptance.status.not_in(ACCEPTANCE_OVER))
    kinds = {template.kind for template in templates()}
    query = (
        sa.select(ConstructionProject)
        .join(ConstructionProject.station)
        .where(in_scope(ConstructionProject.division_code, actor.scope_code))
        .where(ConstructionProject.status.in_(ACCEPTABLE), Station.kind.in_(kinds), Station.id.not_in(busy))
        .order_by(ConstructionProject.division_code, ConstructionProject.station_name)
    )
    return db.session.scalars(query).all()


def list_payees(actor: Actor) -> Sequence[Division]:
    """The townships in scope: only they are paid."""
    query = sa.select(Division).where(in_scope(Division.code, actor.scope_code), Division.level == Level.TOWNSHIP)
    return db.session.scalars(query.where(Division.valid_to.is_(None)).order_by(Division.code)).all()


@command
@idempotent
def open_acceptance(*, actor: Actor, request_id: uuid.UUID | None, project_id: uuid.UUID) -> Acceptance:
    """Start the acceptance of a project with the checklist that holds today for its kind of station.

    Payee, builder, approved sum and reference are the project's. Raises NotFound (also out of scope), InvalidInput
    at ``project_id`` without a checklist, AcceptanceClosed when nothing is being built or an acceptance is unfinished.
    """
    actor.require(ACCEPTANCE_PREPARE)
    project = _get_project(actor, project_id)
    station = project.station
    template = rules.template_for(templates(), station.kind, clock.today())
    if template is None:
        raise InvalidInput(_l("“%(kind)s”还没有验收清单。", kind=station.kind.label), field="project_id")
    acceptance = Acceptance(
        project=project,
        station=station,
        division_code=station.division_code,
        station_name=station.name,
        station_code=station.code,
        station_kind=station.kind,
        place_name=projects.place_name(station.division_code),
        payee_code=project.payee_code,
        payee_name=project.payee_name,
        builder_name=project.builder_name,
        approved_fen=project.budget_fen,
        approval_reference=project.approval_reference,
        template_key=template.key,
        template_title=template.title,
        template_basis=list(template.basis),
        status=AcceptanceStatus.DRAFT,
        opened_at=clock.now(),
        opened_by=actor.name,
        items=[_item(n, line, station.division.short_name) for n, line in enumerate(template.items, 1)],
    )
    try:
        with db.session.begin_nested():
            db.session.add(acceptance)
    except sa.exc.IntegrityError:  # somebody opened one at the same moment
        raise AcceptanceClosed(UNFINISHED, field="project_id") from None
    text = f"开始 {station.name} 的验收，批复金额 {format_fen(acceptance.approved_fen)}"
    note(actor, acceptance, "opened", text)
    return acceptance


def _get_project(actor: Actor, project_id: uuid.UUID) -> ConstructionProject:
    """Held until the command ends, so that it is not taken back meanwhile."""
    projects.get_project(actor, project_id)
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
    hint = line.hint
    if line.sign:
        hint = f"应写“{line.sign.format(place=place)}”。{hint}"
    return AcceptanceItem(
        position=position,
        key=line.key,
        label=line.label,
        hint=hint,
        source=line.source,
        evidence=line.evidence,
        required=line.required,
        has_amount=line.amount,
        is_payment=line.payment,
    )


@command
@idempotent
def record_evidence(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    item_id: uuid.UUID,
    files: Sequence[Incoming] = (),
    caption: str = "",
    answer: str = "",
    dated_on: date | None = None,
    issuer: str = "",
    amount_fen: int | None = None,
) -> AcceptanceItem:
    """Put files and facts to a checklist item; files are added to those there, the facts replace what was there.

    A payment (银行凭证) may also follow after the acceptance was passed. Raises NotFound, AcceptanceClosed,
    InvalidInput at the field.
    """
    actor.require(ACCEPTANCE_PREPARE)
    item = gate.get_item(actor, item_id)
    late = {AcceptanceStatus.PASSED} if item.is_payment else set()
    acceptance = gate.enter(actor, item.acceptance_id, rules.EDITABLE | late)
    rules.check_not_future(dated_on, clock.today(), "dated_on")
    if amount_fen is not None and item.has_amount:
        rules.check_within(amount_fen, 0, acceptance.approved_fen)
    attach(actor, acceptance, files, caption=caption.strip() or item.label, item=item)
    item.dated_on, item.issuer = dated_on, issuer.strip()
    item.amount_fen = amount_fen if item.has_amount else None
    if item.evidence is Evidence.TEXT:
        item.answer = answer.strip()
    text = f"补充 {acceptance.station_name} 验收资料“{item.label}”" + (f"，文件 {len(files)} 个" if files else "")
    note(actor, acceptance, "evidence", text)
    db.session.flush()
    return item


@command
@idempotent
def submit(*, actor: Actor, request_id: uuid.UUID | None, acceptance_id: uuid.UUID) -> Acceptance:
    """Hand the dossier in. Raises AcceptanceIncomplete naming what is missing, AcceptanceClosed."""
    actor.require(ACCEPTANCE_PREPARE)
    project = projects.hold(gate.get_acceptance(actor, acceptance_id).project_id)
    acceptance = gate.enter(actor, acceptance_id, {AcceptanceStatus.DRAFT})
    rules.check_may_submit(acceptance.items)
    if project.status is not ProjectStatus.COMPLETED:
        raise AcceptanceClosed(_l("项目还没有完工自查。先在项目页面登记完工，再报送验收。"))
    ACCEPTANCE_MOVES.check(acceptance.status, AcceptanceStatus.SUBMITTED)
    acceptance.status = AcceptanceStatus.SUBMITTED
    acceptance.submitted_at, acceptance.submitted_by = clock.now(), actor.name
    note(actor, acceptance, "submitted", f"报送 {acceptance.station_name} 的验收资料")
    db.session.flush()
    return acceptance
