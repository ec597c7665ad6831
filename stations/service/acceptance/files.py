"""Files that come into a dossier: all of them, or none."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from flask_babel import lazy_gettext as _l

from app.core import clock, uploads
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.idempotency import idempotent
from stations.models.acceptance import Acceptance, AcceptanceFile, AcceptanceItem, AcceptanceStatus, Evidence, Finding
from stations.permissions import ACCEPTANCE_INSPECT, ACCEPTANCE_PREPARE
from stations.rules import acceptance as rules
from stations.service.acceptance import gate
from stations.service.acceptance.trail import note

MOST_AT_ONCE = 9


@dataclass(frozen=True)
class Incoming:
    """A file as it arrived. Two are the same when name and content are; that is what a repeated request is told by."""

    filename: str
    sha256: str
    content: bytes = field(repr=False, compare=False)

    @classmethod
    def read(cls, filename: str, stream: BinaryIO) -> Incoming:
        """Read no more than the store would take plus one byte, so that a file too large is refused by the store."""
        content = stream.read(uploads.MAX_BYTES + 1)
        return cls(filename, hashlib.sha256(content).hexdigest(), content)

    def stream(self) -> BinaryIO:
        """The content, to be read once more."""
        return io.BytesIO(self.content)


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
    if len(arrived) > MOST_AT_ONCE:
        raise InvalidInput(_l("一次最多传 %(most)s 个文件。", most=MOST_AT_ONCE), field="files")
    allowed = uploads.PHOTO if item is None or item.evidence is Evidence.PHOTO else uploads.DOCUMENT
    rows = []
    for file in arrived:
        upload = _keep(actor, file, acceptance.division_code, allowed)
        row = AcceptanceFile(
            acceptance_id=acceptance.id,
            item_id=item.id if item else None,
            finding_id=finding.id if finding else None,
            upload=upload,
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


def _keep(actor: Actor, file: Incoming, division_code: str, allowed: frozenset[str]) -> uploads.Upload:
    stream = io.BytesIO(file.content)
    try:
        return uploads.keep(
            actor, stream, file.filename, division_code, allowed=allowed, keep_position=True, field="files"
        )
    except InvalidInput as error:
        raise InvalidInput(_l("“%(name)s”：%(why)s", name=file.filename, why=error.message), field="files") from None


@command
@idempotent
def remove_file(*, actor: Actor, request_id: uuid.UUID | None, file_id: uuid.UUID) -> AcceptanceFile:
    """Take a wrong file out of the dossier; its row stays, marked.

    Nobody takes out the other side's evidence. Raises NotFound, Forbidden, AcceptanceClosed.
    """
    file = db.session.get(AcceptanceFile, file_id)
    if file is None or file.removed_at is not None:
        raise NotFound(_l("没有找到这个文件。"))
    acceptance = gate.enter(actor, file.acceptance_id, _may_touch(actor))
    if file.added_role is not actor.role and not actor.everything:
        raise Forbidden(_l("只能撤下自己一方传的文件。"))
    file.removed_at = clock.now()
    text = f"从 {acceptance.station_name} 的验收资料里撤下文件“{file.upload.filename}”"
    note(actor, acceptance, "file_removed", text, file=str(file.id), sha256=file.upload.sha256)
    db.session.flush()
    return file


def _may_touch(actor: Actor) -> frozenset[AcceptanceStatus]:
    """In which statuses this person may change files: the township while it prepares, the inspector on site."""
    allowed: frozenset[AcceptanceStatus] = frozenset()
    if actor.may(ACCEPTANCE_PREPARE):
        allowed |= rules.EDITABLE
    if actor.may(ACCEPTANCE_INSPECT):
        allowed |= rules.INSPECTABLE
    if not allowed:
        raise Forbidden(_l("您不能改验收资料。"))
    return allowed
