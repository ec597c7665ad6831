"""Files on their way into a dossier or a project."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from flask_babel import lazy_gettext as _l

from app.core import uploads
from app.core.access import Actor
from app.core.errors import InvalidInput

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


def check_count(arrived: Sequence[Incoming], field: str = "files") -> None:
    """Raise InvalidInput at the field for more files than one form may bring."""
    if len(arrived) > MOST_AT_ONCE:
        raise InvalidInput(_l("一次最多传 %(most)s 个文件。", most=MOST_AT_ONCE), field=field)


def keep_file(
    actor: Actor, file: Incoming, division_code: str, allowed: frozenset[str], field: str = "files"
) -> uploads.Upload:
    """Check and keep one file; photos keep when and where they were taken, when the camera wrote it.

    Raises InvalidInput at the field, naming the file.
    """
    stream = io.BytesIO(file.content)
    try:
        return uploads.keep(
            actor, stream, file.filename, division_code, allowed=allowed, keep_position=True, field=field
        )
    except InvalidInput as error:
        raise InvalidInput(_l("“%(name)s”：%(why)s", name=file.filename, why=error.message), field=field) from None
