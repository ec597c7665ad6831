"""Looking acceptances up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.scope import county_of, in_scope
from stations.models.acceptance import Acceptance, AcceptanceFile, AcceptanceItem, AcceptanceStatus, Finding
from stations.models.finding import FindingStatus
from stations.models.subject import Subject
from stations.service.acceptance.gate import get_acceptance


def query_acceptances(
    actor: Actor,
    *,
    text: str = "",
    status: AcceptanceStatus | None = None,
    subject: Subject | None = None,
    township_code: str = "",
) -> sa.Select[Acceptance, int, int, int, Decimal, int]:
    """The list, newest first, for ``paginate``.

    Each line: (acceptance, items judged or waived, items, findings not closed, score, points). A ``township_code``
    that is a county's asks for the dossiers of the county itself.
    """
    query = (
        sa.select(
            Acceptance,
            _judged().label("judged"),
            _items().label("items"),
            _unfinished().label("unfinished"),
            _scored(AcceptanceItem.score).label("score"),
            _scored(AcceptanceItem.points).label("points"),
        )
        .where(in_scope(Acceptance.division_code, actor.scope_code))
        .order_by(Acceptance.opened_at.desc(), Acceptance.id.desc())
    )
    if text.strip():
        wanted = f"%{text.strip()}%"
        like = (Acceptance.subject_name, Acceptance.place_name, Acceptance.builder_name, Acceptance.station_code)
        query = query.where(sa.or_(*(column.like(wanted) for column in like)))
    if status is not None:
        query = query.where(Acceptance.status == status)
    if subject is not None:
        query = query.where(Acceptance.subject == subject)
    if township_code:
        query = query.where(_of(township_code))
    return query


def _of(code: str) -> sa.ColumnElement[bool]:
    return Acceptance.division_code == code if code == county_of(code) else in_scope(Acceptance.division_code, code)


def _items() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(AcceptanceItem.id))
        .where(AcceptanceItem.acceptance_id == Acceptance.id)
        .scalar_subquery()
    )


def _judged() -> sa.ScalarSelect[int]:
    done = sa.or_(AcceptanceItem.result.is_not(None), AcceptanceItem.waived_reason.is_not(None))
    count = sa.select(sa.func.count(AcceptanceItem.id)).where(AcceptanceItem.acceptance_id == Acceptance.id, done)
    return count.scalar_subquery()


def _scored(column: Any) -> sa.ScalarSelect[Any]:
    """The sum over the items that are scored and not waived: as ``total_score`` counts."""
    counted = sa.and_(AcceptanceItem.points.is_not(None), AcceptanceItem.waived_reason.is_(None))
    total = sa.select(sa.func.coalesce(sa.func.sum(column), 0, type_=column.type))
    return total.where(AcceptanceItem.acceptance_id == Acceptance.id, counted).scalar_subquery()


def _unfinished() -> sa.ScalarSelect[int]:
    count = sa.select(sa.func.count(Finding.id)).where(
        Finding.acceptance_id == Acceptance.id, Finding.status != FindingStatus.CLOSED
    )
    return count.scalar_subquery()


def list_of_station(actor: Actor, station_id: uuid.UUID) -> Sequence[Acceptance]:
    """The acceptances of one station in scope, newest first."""
    query = sa.select(Acceptance).where(
        Acceptance.station_id == station_id, in_scope(Acceptance.division_code, actor.scope_code)
    )
    return db.session.scalars(query.order_by(Acceptance.opened_at.desc(), Acceptance.id.desc())).all()


def list_of_project(actor: Actor, project_id: uuid.UUID) -> Sequence[Acceptance]:
    """The acceptances of one project in scope, newest first."""
    query = sa.select(Acceptance).where(
        Acceptance.project_id == project_id, in_scope(Acceptance.division_code, actor.scope_code)
    )
    return db.session.scalars(query.order_by(Acceptance.opened_at.desc(), Acceptance.id.desc())).all()


def get_checklist(actor: Actor, acceptance_id: uuid.UUID) -> Acceptance:
    """An acceptance with its items and their files loaded together. Raises NotFound."""
    get_acceptance(actor, acceptance_id)
    query = sa.select(Acceptance).where(Acceptance.id == acceptance_id)
    loading = selectinload(Acceptance.items).selectinload(AcceptanceItem.files).joinedload(AcceptanceFile.upload)
    return db.session.scalars(query.options(loading)).one()


def export_rows(actor: Actor, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_acceptances` for a sheet: subject, place, kind, year, status, judged, items,
    findings not closed, score, points, approved (fen), handed in, payee, builder, inspected, decided.
    """
    return [
        [
            a.subject_name,
            a.place_name,
            str(a.subject.label),
            str(a.year),
            str(a.status.label),
            judged,
            items,
            unfinished,
            score if points else None,
            points or None,
            a.approved_fen,
            clock.local(a.submitted_at).date() if a.submitted_at else None,
            a.payee_name,
            a.builder_name,
            a.inspected_on,
            a.decided_on,
        ]
        for a, judged, items, unfinished, score, points in db.session.execute(query_acceptances(actor, **wanted))
    ]
