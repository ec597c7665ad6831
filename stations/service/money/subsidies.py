"""Granting a subsidy, asking for an instalment, approving it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import in_scope, require_scope
from stations.errors import NotPayable, SubsidyExists
from stations.models import ConstructionProject, Division
from stations.models.subsidy import (
    INSTALMENT_MOVES,
    SUBSIDY_MOVES,
    SUBSIDY_OVER,
    InstalmentStatus,
    Subsidy,
    SubsidyInstalment,
    SubsidyStatus,
)
from stations.permissions import SUBSIDY_GRANT, SUBSIDY_REQUEST
from stations.rules import subsidy as rules
from stations.rules.acceptance import check_not_future, check_order, check_payee
from stations.rules.reasons import needed
from stations.service.money import ledger, rulebook


def get_subsidy(actor: Actor, subsidy_id: uuid.UUID) -> Subsidy:
    """By id. Raises NotFound, also for one outside the actor's scope."""
    subsidy = db.session.get(Subsidy, subsidy_id)
    if subsidy is None:
        raise NotFound(_l("没有找到这笔补助。"))
    require_scope(actor, subsidy.division_code)
    return subsidy


def find_subsidy(project_id: uuid.UUID) -> Subsidy | None:
    """The subsidy of a project, the newest when an earlier one was cancelled or came back; None without one."""
    query = sa.select(Subsidy).where(Subsidy.project_id == project_id)
    return db.session.scalar(query.order_by(Subsidy.status.in_(SUBSIDY_OVER), Subsidy.created_at.desc()).limit(1))


def get_instalment(actor: Actor, instalment_id: uuid.UUID) -> SubsidyInstalment:
    """An instalment by id. Raises NotFound."""
    part = db.session.get(SubsidyInstalment, instalment_id)
    if part is None:
        raise NotFound(_l("没有找到这一笔补助。"))
    get_subsidy(actor, part.subsidy_id)
    return part


def enter(actor: Actor, subsidy_id: uuid.UUID) -> Subsidy:
    """Hold a subsidy's row until the command ends and read it anew, with its instalments. Raises NotFound."""
    get_subsidy(actor, subsidy_id)
    change = sa.update(Subsidy).where(Subsidy.id == subsidy_id).values(version=Subsidy.version + 1)
    db.session.execute(change.execution_options(synchronize_session=False))
    query = sa.select(SubsidyInstalment).where(SubsidyInstalment.subsidy_id == subsidy_id)
    db.session.scalars(query.execution_options(populate_existing=True)).all()
    return db.session.get_one(Subsidy, subsidy_id, populate_existing=True)


def enter_instalment(actor: Actor, instalment_id: uuid.UUID) -> SubsidyInstalment:
    """Hold the subsidy of an instalment, and read the instalment anew. Raises NotFound, NotPayable when it is over."""
    subsidy = enter(actor, get_instalment(actor, instalment_id).subsidy_id)
    if subsidy.is_over:
        raise NotPayable(_l("这笔补助%(status)s，不能再办。", status=subsidy.status.label))
    return db.session.get_one(SubsidyInstalment, instalment_id)


def note(actor: Actor, subsidy: Subsidy, verb: str, text: str, **data: Any) -> None:
    """Write down what was done to a subsidy, in a Chinese sentence."""
    audit.record(
        actor=actor,
        action=f"stations.subsidy_{verb}",
        subject=subsidy,
        division_code=subsidy.division_code,
        text=text,
        data=data,
    )


def list_grantable(actor: Actor) -> Sequence[ConstructionProject]:
    """Approved projects in scope that have no subsidy, and whose kind has a standard."""
    taken = sa.select(Subsidy.project_id).where(Subsidy.status.not_in(SUBSIDY_OVER))
    query = (
        sa.select(ConstructionProject)
        .where(in_scope(ConstructionProject.division_code, actor.scope_code))
        .where(ConstructionProject.status.in_(rules.GRANTABLE), ConstructionProject.id.not_in(taken))
        .order_by(ConstructionProject.approved_on, ConstructionProject.number)
    )
    return [p for p in db.session.scalars(query) if find_standard(p) is not None]


def find_standard(project: ConstructionProject) -> rules.Standard | None:
    """The standard that held for a project's station on the day the project was approved."""
    day = project.approved_on or clock.today()
    return rulebook.standard_for(project.station.kind, project.is_key, day)


@command
@idempotent
def grant_subsidy(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    project_id: uuid.UUID,
    fund_id: uuid.UUID,
    approved_fen: int,
    own_fen: int,
    own_source: str,
    reference: str,
    granted_on: date,
) -> Subsidy:
    """Grant a project its subsidy out of a fund, by the standard that held when the project was approved.

    ``own_fen`` is own and social money put in beside it. The payee is the township that applied. Raises NotFound,
    InvalidInput and NotPayable at the field, SubsidyExists when the project or its place has one.
    """
    actor.require(SUBSIDY_GRANT)
    fund = ledger.get_fund(actor, fund_id)
    project = _get_project(actor, project_id)
    rules.check_grantable(project.status)
    standard = find_standard(project)
    if standard is None:
        raise InvalidInput(_l("“%(kind)s”没有补助标准。", kind=project.station.kind.label), field="project_id")
    payee = db.session.get(Division, project.payee_code)
    check_payee(project.payee_code, payee.level if payee else None, project.division_code)
    check_not_future(granted_on, clock.today(), "granted_on")
    check_order(project.approved_on, granted_on, "granted_on")
    rules.check_grant(approved_fen, standard.amount_fen, project.approved_fen)
    if own_fen < 0:
        raise InvalidInput(_l("金额不能小于 0。"), field="own")
    subsidy = Subsidy(
        number=ids.random_code(),
        fund_id=fund.id,
        project_id=project.id,
        division_code=project.division_code,
        station_name=project.station_name,
        station_kind=project.station.kind,
        place_name=project.place_name,
        payee_code=project.payee_code,
        payee_name=project.payee_name,
        is_key=project.is_key,
        standard_key=standard.key,
        standard_title=standard.title,
        standard_document=standard.document,
        standard_fen=standard.amount_fen,
        approved_fen=approved_fen,
        own_fen=own_fen,
        own_source=own_source.strip(),
        category=standard.category,
        status=SubsidyStatus.GRANTED,
        granted_on=granted_on,
        reference=reference.strip(),
        created_at=clock.now(),
        created_by=actor.name,
        instalments=_parts(approved_fen, standard),
    )
    _store_once(subsidy)
    what = f"核定{subsidy.station_name}建设补助 {format_fen(approved_fen)}（{subsidy.reference}）"
    note(actor, subsidy, "granted", f"{what}，拨给{subsidy.payee_name}", approved_fen=approved_fen)
    return subsidy


def _get_project(actor: Actor, project_id: uuid.UUID) -> ConstructionProject:
    project = db.session.get(ConstructionProject, project_id, with_for_update={"key_share": True})
    if project is None:
        raise NotFound(_l("没有找到这个建设项目。"))
    require_scope(actor, project.division_code)
    return project


def _parts(approved_fen: int, standard: rules.Standard) -> list[SubsidyInstalment]:
    amounts = rules.split(approved_fen, [part.share for part in standard.parts])
    return [
        SubsidyInstalment(
            position=n,
            milestone=part.milestone,
            before_acceptance=part.before_acceptance,
            share=part.share,
            amount_fen=amount,
            status=InstalmentStatus.PLANNED,
        )
        for n, (part, amount) in enumerate(zip(standard.parts, amounts, strict=True), 1)
    ]


def _store_once(subsidy: Subsidy) -> None:
    """The unique indexes decide, also between two people at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add(subsidy)
    except sa.exc.IntegrityError:
        raise SubsidyExists(_already(subsidy), field="project_id") from None


def _already(subsidy: Subsidy) -> object:
    same_place = sa.select(Subsidy).where(
        Subsidy.division_code == subsidy.division_code,
        Subsidy.station_kind == subsidy.station_kind,
        Subsidy.status.not_in(SUBSIDY_OVER),
    )
    other = db.session.scalar(same_place)
    if other is None:
        return _l("这个项目已经核定过补助。")
    return _l(
        "这里已经有一个受补助的“%(kind)s”：%(name)s（%(reference)s）。一处只补助一个。",
        kind=other.station_kind.label,
        name=other.station_name,
        reference=other.reference,
    )


@command
@idempotent
def cancel_subsidy(*, actor: Actor, request_id: uuid.UUID | None, subsidy_id: uuid.UUID, reason: str) -> Subsidy:
    """Take back a grant of which nothing was paid. Raises NotFound, IllegalMove, InvalidInput at ``reason``."""
    actor.require(SUBSIDY_GRANT)
    subsidy = enter(actor, subsidy_id)
    SUBSIDY_MOVES.check(subsidy.status, SubsidyStatus.CANCELLED)
    subsidy.cancelled_reason = needed(reason)
    subsidy.status = SubsidyStatus.CANCELLED
    note(actor, subsidy, "cancelled", f"取消{subsidy.station_name}的建设补助：{subsidy.cancelled_reason}")
    db.session.flush()
    return subsidy


@command
@idempotent
def request_instalment(
    *, actor: Actor, request_id: uuid.UUID | None, instalment_id: uuid.UUID, requested_on: date, text: str
) -> SubsidyInstalment:
    """The township asks for an instalment whose milestone is reached.

    Raises NotFound, IllegalMove, NotPayable, InvalidInput at ``requested_on``.
    """
    actor.require(SUBSIDY_REQUEST)
    part = enter_instalment(actor, instalment_id)
    _move(part, InstalmentStatus.REQUESTED)
    check_not_future(requested_on, clock.today(), "requested_on")
    first = rules.payable_from(part, part.subsidy.project)
    if first is None:
        raise NotPayable(" ".join(rules.missing(part, part.subsidy.project, part.amount_fen)[:1]))
    check_order(first, requested_on, "requested_on")
    part.requested_on, part.requested_by, part.request_text = requested_on, actor.name, text.strip()
    words = f"{part.subsidy.payee_name}申请拨付{part.subsidy.station_name}的补助 {format_fen(part.amount_fen)}"
    note(actor, part.subsidy, "requested", words, instalment=str(part.id))
    db.session.flush()
    return part


@command
@idempotent
def approve_instalment(
    *, actor: Actor, request_id: uuid.UUID | None, instalment_id: uuid.UUID, approved_on: date
) -> SubsidyInstalment:
    """The hub agrees to a request. Raises NotFound, IllegalMove, NotPayable, InvalidInput at ``approved_on``."""
    actor.require(SUBSIDY_GRANT)
    part = enter_instalment(actor, instalment_id)
    _move(part, InstalmentStatus.APPROVED)
    check_not_future(approved_on, clock.today(), "approved_on")
    check_order(part.requested_on, approved_on, "approved_on")
    part.approved_on, part.approved_by = approved_on, actor.name
    words = f"审核同意拨付{part.subsidy.station_name}的补助 {format_fen(part.amount_fen)}"
    note(actor, part.subsidy, "approved", words, instalment=str(part.id))
    db.session.flush()
    return part


@command
@idempotent
def send_request_back(
    *, actor: Actor, request_id: uuid.UUID | None, instalment_id: uuid.UUID, reason: str
) -> SubsidyInstalment:
    """The hub sends a request back to the township. Raises NotFound, IllegalMove, InvalidInput at ``reason``."""
    actor.require(SUBSIDY_GRANT)
    part = enter_instalment(actor, instalment_id)
    _move(part, InstalmentStatus.PLANNED)
    words = f"退回{part.subsidy.station_name}的拨付申请：{needed(reason)}"
    part.requested_on = part.requested_by = None
    part.request_text = ""
    note(actor, part.subsidy, "sent_back", words, instalment=str(part.id))
    db.session.flush()
    return part


def _move(part: SubsidyInstalment, status: InstalmentStatus) -> None:
    """By hand only from where the person saw it: paying and reversing have verbs of their own."""
    if part.status is InstalmentStatus.PAID:
        raise NotPayable(_l("这一笔已经支付。"))
    INSTALMENT_MOVES.check(part.status, status)
    part.status = status
