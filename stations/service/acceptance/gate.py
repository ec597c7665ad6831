"""The one way into a dossier: scope, status and version are checked where they can't change under us."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.access import Actor
from app.core.database import db
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.scope import require_scope
from stations.errors import AcceptanceClosed
from stations.models import ConstructionProject
from stations.models.acceptance import Acceptance, AcceptanceItem, AcceptanceStatus, Finding
from stations.permissions import ACCEPTANCE_PREPARE
from stations.rules.dossier import prepares
from stations.service import projects


def get_acceptance(actor: Actor, acceptance_id: uuid.UUID) -> Acceptance:
    """By id. Raises NotFound, also for one outside the actor's scope."""
    acceptance = db.session.get(Acceptance, acceptance_id)
    if acceptance is None:
        raise NotFound(_l("没有找到这份验收。"))
    require_scope(actor, acceptance.division_code)
    return acceptance


def may_prepare(actor: Actor, division_code: str) -> bool:
    """Whether the actor puts the dossiers of a division together."""
    return actor.may(ACCEPTANCE_PREPARE) and (actor.everything or prepares(actor.scope_code, division_code))


def require_preparer(actor: Actor, division_code: str) -> None:
    """Raise Forbidden to whom the dossiers of that division are not to prepare."""
    if not may_prepare(actor, division_code):
        raise Forbidden(_l("乡镇的资料由乡镇整理，全县的资料由县级公共服务中心整理。"))


def hold_project(actor: Actor, acceptance_id: uuid.UUID) -> ConstructionProject | None:
    """Lock the project of an acceptance, when it has one; it is taken before the acceptance. Raises NotFound."""
    project_id = get_acceptance(actor, acceptance_id).project_id
    return projects.hold(project_id) if project_id is not None else None


def get_item(actor: Actor, item_id: uuid.UUID) -> AcceptanceItem:
    """A checklist item by id. Raises NotFound."""
    item = db.session.get(AcceptanceItem, item_id)
    if item is None:
        raise NotFound(_l("没有找到这一项。"))
    get_acceptance(actor, item.acceptance_id)
    return item


def get_finding(actor: Actor, finding_id: uuid.UUID) -> Finding:
    """A finding by id. Raises NotFound."""
    finding = db.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound(_l("没有找到这个问题。"))
    get_acceptance(actor, finding.acceptance_id)
    return finding


def enter(
    actor: Actor,
    acceptance_id: uuid.UUID,
    allowed: Collection[AcceptanceStatus],
    *,
    version: int | None = None,
    **values: Any,
) -> Acceptance:
    """Take hold of an acceptance to change it; its version grows and ``values`` are set in the same statement.

    The conditional UPDATE holds the row until the command ends, so that what is checked after it stays true. Raises
    NotFound, AcceptanceClosed when its status is not among ``allowed``, Conflict when somebody changed it after
    ``version`` was read.
    """
    get_acceptance(actor, acceptance_id)
    wanted = [Acceptance.id == acceptance_id, Acceptance.status.in_(allowed)]
    if version is not None:
        wanted.append(Acceptance.version == version)
    change = sa.update(Acceptance).where(*wanted).values(version=Acceptance.version + 1, **values)
    done = db.session.execute(change.execution_options(synchronize_session=False))
    acceptance = db.session.get_one(Acceptance, acceptance_id, populate_existing=True)
    if cast("sa.CursorResult[Any]", done).rowcount == 1:
        return acceptance
    now = acceptance.status.label
    if version is not None and acceptance.version != version:
        raise Conflict(_l("您打开之后别人改过这份验收（现在是“%(status)s”）。请看过现在的情况再决定。", status=now))
    raise AcceptanceClosed(_l("这份验收现在是“%(status)s”，不能这样做。", status=now))
