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
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.labels import LabelEnum
from app.core.scope import require_scope
from stations.errors import ProjectClosed
from stations.models import ConstructionProject, Contract, ProjectFile, ProjectStage, ProjectStatus, SiteVisit
from stations.models.acceptance import ACCEPTANCE_OVER, Acceptance
from stations.permissions import PROJECT_PREPARE, PROJECT_SCORE
from stations.rules import acceptance as acceptance_rules
from stations.rules import projects as rules
from stations.service.arriving import Incoming, check_count, keep_file

PHOTOS = frozenset({ProjectStage.SITE, ProjectStage.SELF_INSPECTION})
# Until when files of a stage may be taken out; those of the others as long as contracts may be changed.
CHANGEABLE = {ProjectStage.APPLICATION: frozenset({ProjectStatus.APPLIED}), ProjectStage.SITE: rules.SCORABLE}


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
    allowed = uploads.PHOTO if stage in PHOTOS else uploads.DOCUMENT
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


@command
@idempotent
def remove_file(*, actor: Actor, request_id: uuid.UUID | None, file_id: uuid.UUID) -> ProjectFile:
    """Take a wrong file out; its row stays, marked. Only the side that brought it, and only while it may be changed.

    Raises NotFound, Forbidden, ProjectClosed, InvalidInput for the last photo of a visit or a self-inspection.
    """
    file = db.session.get(ProjectFile, file_id)
    if file is None or file.removed_at is not None:
        raise NotFound(_l("没有找到这个文件。"))
    get_project(actor, file.project_id)
    if not (actor.may(PROJECT_PREPARE) or actor.may(PROJECT_SCORE)) or file.added_role is not actor.role:
        raise Forbidden(_l("只能撤下自己一方传的文件。"))
    open_in = CHANGEABLE.get(file.stage)
    project = enter(actor, file.project_id, open_in) if open_in else enter_to_buy(actor, file.project_id)
    alike = [one for one in project.files if (one.stage, one.visit_id) == (file.stage, file.visit_id)]
    if file.stage in PHOTOS and len(alike) < 2:
        raise InvalidInput(_l("这里至少要有一张照片，不能撤下最后一张。"))
    file.removed_at = clock.now()
    text = f"撤下 {project.station_name} 项目的文件“{file.upload.filename}”"
    note(actor, project, "file_removed", text, file=str(file.id), sha256=file.upload.sha256)
    db.session.flush()
    return file


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
