"""Photos of an inspection: all that arrived, or none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app.core import clock, uploads
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.idempotency import idempotent
from stations.models.inspection import InspectionFinding, InspectionPhoto, RoundStatus, StationInspection
from stations.permissions import INSPECTIONS_READ
from stations.service.arriving import MOST_AT_ONCE, Incoming, keep_file
from stations.service.inspection import gate
from stations.service.inspection.trail import note

NOT_CLOSED = frozenset(RoundStatus) - {RoundStatus.CLOSED, RoundStatus.PLANNED}


def attach(
    actor: Actor,
    inspection: StationInspection,
    arrived: Sequence[Incoming],
    *,
    caption: str,
    criterion_key: str | None = None,
    finding: InspectionFinding | None = None,
    shows_rectified: bool = False,
) -> list[InspectionPhoto]:
    """Keep photos inside the open command, with when and where they were taken when the camera wrote it.

    Raises InvalidInput at ``files`` naming the file that can't be used; then the command keeps none of them.
    """
    if len(arrived) > MOST_AT_ONCE:
        raise InvalidInput(_l("一次最多传 %(most)s 个文件。", most=MOST_AT_ONCE), field="files")
    rows = [
        InspectionPhoto(
            inspection_id=inspection.id,
            finding_id=finding.id if finding else None,
            criterion_key=criterion_key,
            shows_rectified=shows_rectified,
            upload=keep_file(actor, file, inspection.division_code, uploads.PHOTO),
            caption=caption[:100],
            added_at=clock.now(),
            added_by=actor.name,
            added_role=actor.role,
        )
        for file in arrived
    ]
    db.session.add_all(rows)
    db.session.flush()
    db.session.expire(inspection, ["photos"])
    if finding is not None:
        db.session.expire(finding, ["photos"])
    return rows


@command
@idempotent
def remove_photo(*, actor: Actor, request_id: uuid.UUID | None, photo_id: uuid.UUID) -> InspectionPhoto:
    """Take a wrong photo out; its row stays, marked. Only the side that added it may, and not after publication.

    Raises NotFound, Forbidden, InspectionClosed.
    """
    actor.require(INSPECTIONS_READ)
    photo = db.session.get(InspectionPhoto, photo_id)
    if photo is None or photo.removed_at is not None:
        raise NotFound(_l("没有找到这张照片。"))
    inspection = gate.enter(actor, photo.inspection_id, {RoundStatus.RUNNING})
    if photo.added_role is not actor.role:
        raise Forbidden(_l("只能撤下自己一方传的照片。"))
    photo.removed_at = clock.now()
    text = f"撤下 {inspection.station_name} 的照片“{photo.upload.filename}”"
    note(actor, inspection, "photo_removed", text, photo=str(photo.id), sha256=photo.upload.sha256)
    db.session.flush()
    return photo
