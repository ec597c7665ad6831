"""Uploaded and generated files: a store addressed by content.

What arrives is distrusted: its type is read from its content, its size is limited, and photos are decoded and
written anew as WebP, which drops everything hidden in them. Where and when a photo was taken is kept beside it only
when the caller asks for it.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.access import Actor
from app.core.database import Model, UTCDateTime, db, uuid_pk
from app.core.errors import InvalidInput, NotFound
from app.core.scope import require_scope

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 1600  # enough to read a sign on a photo; a photo then weighs 100-300 KB
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

IMAGE, PDF, XLSX, CSV, ZIP = (
    "image/webp",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
    "application/zip",
)
PHOTO = frozenset({IMAGE})
DOCUMENT = frozenset({IMAGE, PDF, XLSX})
_ENDINGS = {IMAGE: ".webp", PDF: ".pdf", XLSX: ".xlsx", CSV: ".csv", ZIP: ".zip"}


class Upload(Model):
    """A file with where it came from. The bytes lie in the data directory under their SHA-256."""

    __tablename__ = "upload"
    __table_args__ = (sa.Index(None, "sha256"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    sha256: Mapped[str] = mapped_column(sa.String(64))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    filename: Mapped[str] = mapped_column(sa.String(200))
    width: Mapped[int | None]
    height: Mapped[int | None]
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    division_code: Mapped[str] = mapped_column(sa.String(12))
    uploaded_by: Mapped[uuid.UUID | None]
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def is_image(self) -> bool:
        """Whether it can be shown on a page."""
        return self.media_type == IMAGE


def keep(
    actor: Actor,
    stream: BinaryIO,
    filename: str,
    division_code: str,
    *,
    allowed: frozenset[str] = DOCUMENT,
    keep_position: bool = False,
    field: str = "file",
) -> Upload:
    """Check an arriving file and keep it.

    Raises InvalidInput at ``field`` when it is empty, too large, or not of an allowed type by its content.
    """
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InvalidInput(_l("文件超过 20 MB。照片请用手机拍普通大小。"), field=field)
    if not content:
        raise InvalidInput(_l("文件是空的。"), field=field)
    facts: dict[str, Any] = {}
    media_type = _sniff(content)
    if media_type == "image":
        content, facts = _clean_image(content, keep_position, field)
        media_type = IMAGE
    if media_type not in allowed:
        raise InvalidInput(_l("只收照片（JPG、PNG、WebP）、PDF 或 XLSX 文件，而且内容要和名字一致。"), field=field)
    return store(actor, content, filename, media_type, division_code, **facts)


def store(actor: Actor, content: bytes, filename: str, media_type: str, division_code: str, **facts: Any) -> Upload:
    """Keep bytes that we made ourselves (reports, sheets), or that :func:`keep` has checked."""
    return _register(actor, _write(content), len(content), filename, media_type, division_code, **facts)


def store_file(actor: Actor, path: Path, filename: str, media_type: str, division_code: str) -> Upload:
    """Keep a file that we made ourselves and that may be too large to hold in memory; it is copied, not moved."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        source.seek(0)
        _place(digest, lambda target: shutil.copyfileobj(source, target))
    return _register(actor, digest, path.stat().st_size, filename, media_type, division_code)


def _register(
    actor: Actor, sha256: str, size: int, filename: str, media_type: str, division_code: str, **facts: Any
) -> Upload:
    upload = Upload(
        sha256=sha256,
        media_type=media_type,
        size=size,
        filename=_safe_name(filename, media_type),
        division_code=division_code,
        uploaded_by=actor.id,
        uploaded_at=clock.now(),
        **facts,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def get_upload(actor: Actor, upload_id: uuid.UUID) -> Upload:
    """A file the actor may see: their own, or one in their scope. Raises NotFound."""
    upload = db.session.get(Upload, upload_id)
    if upload is None:
        raise NotFound(_l("没有这个文件。"))
    if actor.id is None or upload.uploaded_by != actor.id:
        require_scope(actor, upload.division_code)
    return upload


def open_bytes(upload: Upload) -> bytes:
    """The content. Raises FileNotFoundError or OSError when the store lost it, ValueError when it was changed there."""
    content = path_of(upload).read_bytes()
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        raise ValueError(f"stored file {upload.sha256} does not match its name")
    return content


def checked_path(upload: Upload) -> Path:
    """Where the bytes lie, which were read through once. Raises as :func:`open_bytes`."""
    path = path_of(upload)
    with path.open("rb") as source:
        if hashlib.file_digest(source, "sha256").hexdigest() != upload.sha256:
            raise ValueError(f"stored file {upload.sha256} does not match its name")
    return path


def path_of(upload: Upload) -> Path:
    """Where the bytes lie."""
    return _store_dir() / upload.sha256[:2] / upload.sha256


def _store_dir() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "files"


def _write(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    _place(digest, lambda target: target.write(content))
    return digest


def _place(digest: str, write: Callable[[BinaryIO], object]) -> None:
    """Write the bytes of that digest into the store, unless they are there."""
    target = _store_dir() / digest[:2] / digest
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(target)  # never half a file under a final name


def _safe_name(filename: str, media_type: str) -> str:
    stem = Path(filename.replace("\\", "/")).stem
    clean = "".join(c for c in stem if c.isprintable() and c not in '/:*?"<>|').strip(". ")[:100]
    return (clean or "file") + _ENDINGS.get(media_type, "")


def _sniff(content: bytes) -> str:
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    ):
        return "image"
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"PK\x03\x04") and _is_xlsx(content):
        return XLSX
    return "unknown"


def _is_xlsx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _clean_image(content: bytes, keep_position: bool, field: str) -> tuple[bytes, dict[str, Any]]:
    """Decode, turn upright, shrink and encode anew: nothing but the pixels survives."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            facts = _exif_facts(image, keep_position)
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise InvalidInput(_l("这张照片打不开，请换一张。"), field=field) from None
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=80, method=4)
    return out.getvalue(), {"width": upright.width, "height": upright.height, **facts}


def _exif_facts(image: Image.Image, keep_position: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    exif = image.getexif()
    taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    if isinstance(taken, str):
        try:
            naive = datetime.strptime(taken.strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  a camera's local time
            facts["taken_at"] = naive.replace(tzinfo=clock.SHANGHAI)
        except ValueError:
            pass
    if keep_position:
        facts.update(_position(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    return facts


def _position(gps: dict[int, Any]) -> dict[str, float]:
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude]) * (-1 if gps[ExifTags.GPS.GPSLatitudeRef] == "S" else 1)
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude]) * (-1 if gps[ExifTags.GPS.GPSLongitudeRef] == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return {}
    return {"lon": lon, "lat": lat} if -180 <= lon <= 180 and -90 <= lat <= 90 else {}


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(p) for p in parts)
    return degrees + minutes / 60 + seconds / 3600
