"""Files that come with a form, outside an acceptance."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app.core import uploads
from app.core.access import Actor
from app.core.errors import InvalidInput
from app.core.uploads import Upload
from stations.service.arriving import MOST_AT_ONCE, Incoming


def keep_files(actor: Actor, arrived: Sequence[Incoming], division_code: str, *, field: str = "files") -> list[Upload]:
    """Keep photos, PDFs and sheets inside the open command; all of them or none.

    Raises InvalidInput at the field naming the file that can't be used.
    """
    if len(arrived) > MOST_AT_ONCE:
        raise InvalidInput(_l("一次最多传 %(most)s 个文件。", most=MOST_AT_ONCE), field=field)
    return [_keep(actor, file, division_code, field) for file in arrived]


def _keep(actor: Actor, file: Incoming, division_code: str, field: str) -> Upload:
    try:
        return uploads.keep(actor, io.BytesIO(file.content), file.filename, division_code, field=field)
    except InvalidInput as error:
        raise InvalidInput(_l("“%(name)s”：%(why)s", name=file.filename, why=error.message), field=field) from None
