"""Files that come into a dossier: all of them, or none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app.core import clock, uploads
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Forbidden, NotFound
from app.core.idempotency import idempotent
from app.core.pdf.pages import count_pages
from stations.models.acceptance import Acceptance, AcceptanceFile, AcceptanceItem, AcceptanceStatus, Evidence, Finding
from stations.permissions import ACCEPTANCE_INSPECT
from stations.rules import acceptance as rules
from stations.service.acceptance import gate
from stations.service.acceptance.trail import note
from stations.service.arriving import MOST_AT_ONCE, Incoming, check_count, keep_file

__all__ = ["MOST_AT_ONCE", "Incoming", "attach", "remove_file"]


def attach(
    actor: Actor,
    acceptance: Acceptance,
    arrived: Sequence[Incoming],
    *,
    caption: str,
    item: AcceptanceItem | None = None,
    finding: Finding | None = None,
) -> list[AcceptanceFile]:
    """Keep files for an item or a finding, inside the open command.

    Photos keep when and where they were taken, when the camera wrote it. Raises InvalidInput at ``files`` naming the
    file that can't be used; then the command keeps none of them.
    """
    check_count(arrived)
    allowed = uploads.PHOTO if item is None or item.evidence is Evidence.PHOTO else uploads.DOCUMENT
    rows = []
    for file in arrived:
        upload = keep_file(actor, file, acceptance.division_code, allowed)
        row = AcceptanceFile(
            acceptance_id=acceptance.id,
            item_id=item.id if item else None,
            finding_id=finding.id if finding else None,
            upload=upload,
            page_count=_pages(upload, file) if allowed is uploads.DOCUMENT else None,
            caption=caption,
            added_at=clock.now(),
            added_by=actor.name,
            added_role=actor.role,
        )
        db.session.add(row)
        rows.append(row)
    db.session.flush()
    for subject in (item, finding):
        if subject is not None:
            db.session.expire(subject, ["files"])
    return rows


def _pages(upload: uploads.Upload, file: Incoming) -> int | None:
    """How many pages a paper has: those of a PDF, one for a picture of it, unknown for a sheet."""
    if upload.is_image:
        return 1
    return count_pages(file.content) if upload.media_type == uploads.PDF else None


@command
@idempotent
def remove_file(*, actor: Actor, request_id: uuid.UUID | None, file_id: uuid.UUID) -> AcceptanceFile:
    """Take a wrong file out of the dossier; its row stays, marked.

    Nobody takes out the other side's evidence. Raises NotFound, Forbidden, AcceptanceClosed.
    """
    file = db.session.get(AcceptanceFile, file_id)
    if file is None or file.removed_at is not None:
        raise NotFound(_l("没有找到这个文件。"))
    division_code = gate.get_acceptance(actor, file.acceptance_id).division_code
    acceptance = gate.enter(actor, file.acceptance_id, _may_touch(actor, division_code))
    if file.added_role is not actor.role and not actor.everything:
        raise Forbidden(_l("只能撤下自己一方传的文件。"))
    file.removed_at = clock.now()
    text = f"从 {acceptance.subject_name} 的验收资料里撤下文件“{file.upload.filename}”"
    note(actor, acceptance, "file_removed", text, file=str(file.id), sha256=file.upload.sha256)
    db.session.flush()
    return file


def _may_touch(actor: Actor, division_code: str) -> frozenset[AcceptanceStatus]:
    """In which statuses this person may change files: who prepares while preparing, the inspector on site."""
    allowed: frozenset[AcceptanceStatus] = frozenset()
    if gate.may_prepare(actor, division_code):
        allowed |= rules.EDITABLE
    if actor.may(ACCEPTANCE_INSPECT):
        allowed |= rules.INSPECTABLE
    if not allowed:
        raise Forbidden(_l("您不能改验收资料。"))
    return allowed
