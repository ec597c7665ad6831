"""The one way in: scope and status are checked where they can't change under us."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.access import Actor, Role
from app.core.database import db
from app.core.errors import NotFound
from app.core.scope import county_of, covers, in_scope, require_scope
from stations.errors import InspectionClosed
from stations.models.inspection import InspectionFinding, InspectionRound, RoundStatus, StationInspection


def get_round(actor: Actor, round_id: uuid.UUID) -> InspectionRound:
    """A round of the actor's county. Raises NotFound."""
    found = db.session.get(InspectionRound, round_id)
    if found is None or not _concerns(actor, found):
        raise NotFound(_l("没有找到这轮巡检。"))
    return found


def _concerns(actor: Actor, inspection_round: InspectionRound) -> bool:
    county = inspection_round.county_code
    return covers(actor.scope_code, county) or county_of(actor.scope_code) == county


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """Which inspections the actor sees: those of their scope; an operator those of the own station only."""
    there = in_scope(StationInspection.division_code, actor.scope_code)
    if actor.role is Role.VILLAGE_OPERATOR:
        return sa.and_(there, StationInspection.station_id == actor.station_id)
    return there


def get_inspection(actor: Actor, inspection_id: uuid.UUID) -> StationInspection:
    """The inspection of a station. Raises NotFound, also for one that the actor doesn't see."""
    found = db.session.get(StationInspection, inspection_id)
    if found is None or (actor.role is Role.VILLAGE_OPERATOR and found.station_id != actor.station_id):
        raise NotFound(_l("没有找到这次巡检。"))
    require_scope(actor, found.division_code)
    return found


def get_finding(actor: Actor, finding_id: uuid.UUID) -> InspectionFinding:
    """A finding. Raises NotFound."""
    found = db.session.get(InspectionFinding, finding_id)
    if found is None:
        raise NotFound(_l("没有找到这个问题。"))
    get_inspection(actor, found.inspection_id)
    return found


def enter_round(actor: Actor, round_id: uuid.UUID) -> InspectionRound:
    """Take hold of a round to change it, for the rest of the command. Raises NotFound."""
    get_round(actor, round_id)
    itself = sa.select(InspectionRound).where(InspectionRound.id == round_id)
    inspection_round: InspectionRound = db.session.scalars(_locking(itself)).one()
    return inspection_round


def enter(actor: Actor, inspection_id: uuid.UUID, rounds: Collection[RoundStatus]) -> StationInspection:
    """Take hold of an inspection to change it, its round (shared) before it, so that neither moves under us.

    Raises NotFound, InspectionClosed when the round's status is not among ``rounds``.
    """
    known = get_inspection(actor, inspection_id)
    of_round = sa.select(InspectionRound).where(InspectionRound.id == known.round_id)
    inspection_round: InspectionRound = db.session.scalars(_locking(of_round, read=True)).one()
    if inspection_round.status not in rounds:
        now = inspection_round.status.label
        raise InspectionClosed(_l("这轮巡检现在是“%(status)s”，不能这样做。", status=now))
    itself = sa.select(StationInspection).where(StationInspection.id == inspection_id)
    inspection: StationInspection = db.session.scalars(_locking(itself)).one()
    return inspection


def _locking(query: sa.Select[Any], *, read: bool = False) -> sa.Select[Any]:
    return query.with_for_update(read=read).execution_options(populate_existing=True)
