"""The one way into a project: scope, status and version are checked where they can't change under us."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, uploads
from app.core.access import Actor
from app.core.database import db
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.labels import LabelEnum
from app.core.scope import require_scope
from stations.errors import ProjectClosed
from stations.models import ConstructionProject, Contract, ProjectFile, ProjectStage, ProjectStatus, SiteVisit
from stations.models.acceptance import ACCEPTANCE_OVER, Acceptance
from stations.rules import acceptance as acceptance_rules
from stations.rules import projects as rules
from stations.service.arriving import Incoming, check_count, keep_file


def get_project(actor: Actor, project_id: uuid.UUID) -> ConstructionProject:
    """By id. Raises NotFound, also for one outside the actor's scope."""
    project = db.session.get(ConstructionProject, project_id)
    if project is None:
        raise NotFound(_l("没有找到这个项目。"))
    require_scope(actor, project.division_code)
    return project


def enter(
    actor: Actor,
    project_id: uuid.UUID,
    allowed: Collection[ProjectStatus],
    *,
    version: int | None = None,
) -> ConstructionProject:
    """Take hold of a project to change it; its version grows in the same statement.

    The conditional UPDATE holds the row until the command ends, so that what is checked after it stays true. Raises
    NotFound, ProjectClosed when its status is not among ``allowed``, Conflict when somebody changed it after
    ``version`` was read.
    """
    get_project(actor, project_id)
    wanted = [ConstructionProject.id == project_id, ConstructionProject.status.in_(allowed)]
    if version is not None:
        wanted.append(ConstructionProject.version == version)
    change = sa.update(ConstructionProject).where(*wanted).values(version=ConstructionProject.version + 1)
    done = db.session.execute(change.execution_options(synchronize_session=False))
    project = db.session.get_one(ConstructionProject, project_id, populate_existing=True)
    if cast("sa.CursorResult[Any]", done).rowcount == 1:
        return project
    now = project.status.label
    if version is not None and project.version != version:
        raise Conflict(_l("您打开之后别人改过这个项目（现在是“%(status)s”）。请看过现在的情况再决定。", status=now))
    raise ProjectClosed(_l("这个项目现在是“%(status)s”，不能这样做。", status=now))


def hold(project_id: uuid.UUID) -> ConstructionProject:
    """Lock a project that is taken along by its acceptance. Who changes both takes the project first."""
    return db.session.get_one(ConstructionProject, project_id, with_for_update=True, populate_existing=True)


def enter_to_buy(actor: Actor, project_id: uuid.UUID) -> ConstructionProject:
    """Take hold of a project to change its contracts, invoices or equipment.

    They are part of the dossier: while an acceptance lies with the inspector or the hub they stand still, otherwise
    its version grows with them. Raises what :func:`enter` raises.
    """
    project = enter(actor, project_id, rules.BUYING)
    unfinished = sa.select(Acceptance.status).where(
        Acceptance.project_id == project_id, Acceptance.status.not_in(ACCEPTANCE_OVER)
    )
    status = db.session.scalar(unfinished.with_for_update())
    if status is None:
        return project
    if status not in acceptance_rules.EDITABLE:
        raise ProjectClosed(_l("验收现在是“%(status)s”，合同、发票和设备不能再改。", status=status.label))
    change = sa.update(Acceptance).where(Acceptance.project_id == project_id, Acceptance.status == status)
    db.session.execute(change.values(version=Acceptance.version + 1))
    return project


def attach(
    actor: Actor,
    project: ConstructionProject,
    arrived: Sequence[Incoming],
    *,
    stage: ProjectStage,
    caption: str = "",
    visit: SiteVisit | None = None,
    contract: Contract | None = None,
) -> list[ProjectFile]:
    """Keep files of a project inside the open command; photos for a site visit and a self-inspection, else papers too.

    Raises InvalidInput at ``files`` naming the file that can't be used; then the command keeps none of them.
    """
    check_count(arrived)
    photos = stage in (ProjectStage.SITE, ProjectStage.SELF_INSPECTION)
    allowed = uploads.PHOTO if photos else uploads.DOCUMENT
    rows = [
        ProjectFile(
            project_id=project.id,
            stage=stage,
            visit_id=visit.id if visit else None,
            contract_id=contract.id if contract else None,
            upload=keep_file(actor, file, project.division_code, allowed),
            caption=caption.strip() or chinese(stage),
            added_at=clock.now(),
            added_by=actor.name,
            added_role=actor.role,
        )
        for file in arrived
    ]
    db.session.add_all(rows)
    db.session.flush()
    db.session.expire(project, ["files"])
    return rows


def needed(reason: str, field: str = "reason") -> str:
    """The reason without the spaces around it. Raises InvalidInput at the field when nothing is left."""
    if not reason.strip():
        raise InvalidInput(_l("请写明原因。"), field=field)
    return reason.strip()


def note(actor: Actor, project: ConstructionProject, verb: str, text: str, **data: Any) -> None:
    """Write down what was done to a project, in a Chinese sentence."""
    audit.record(
        actor=actor,
        action=f"stations.project_{verb}",
        subject=project,
        division_code=project.division_code,
        text=text,
        data=data,
    )


def chinese(member: LabelEnum) -> str:
    """The Chinese label, whatever language the person reads: the trail and the documents are Chinese."""
    with force_locale("zh_Hans_CN"):
        return str(member.label)
