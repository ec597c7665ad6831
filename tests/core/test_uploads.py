from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import ExifTags, Image

from app.core import uploads
from app.core.access import SYSTEM, Actor, Role
from app.core.errors import InvalidInput, NotFound
from app.core.ids import new_id
from app.core.sheets import Column, write_xlsx

VILLAGE = "500242101201"


def photo(kind: str = "JPEG", size: tuple[int, int] = (2400, 1200), exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind, exif=exif or Image.Exif())
    return out.getvalue()


def camera_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Secret Camera"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:05:20 09:30:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (28.0, 50.0, 24.0)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (108.0, 46.0, 12.0)
    return exif


def keep(content: bytes, name: str = "照片.jpg", **more: Any) -> uploads.Upload:
    return uploads.keep(SYSTEM, io.BytesIO(content), name, VILLAGE, **more)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photos_are_written_anew_small_and_upright(session: Any, kind: str) -> None:
    kept = keep(photo(kind))
    content = uploads.open_bytes(kept)
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("WEBP", (1600, 800))
    assert (kept.media_type, kept.width, kept.height, kept.filename) == ("image/webp", 1600, 800, "照片.webp")


def test_nothing_hidden_survives_and_the_position_only_when_asked_for(session: Any) -> None:
    content = photo(exif=camera_exif())
    plain, placed = keep(content), keep(content, keep_position=True)
    assert b"Secret Camera" not in uploads.open_bytes(plain)
    with Image.open(io.BytesIO(uploads.open_bytes(placed))) as image:
        assert not image.getexif()
    assert (plain.lon, plain.lat) == (None, None)
    assert (placed.lon, placed.lat) == (pytest.approx(108.77), pytest.approx(28.84))
    assert plain.taken_at == datetime(2026, 5, 20, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.jpg"),
        (b"<html><script>alert(1)</script>", "photo.jpg"),
        (b"MZ\x90\x00 program", "invoice.pdf"),
        (b"\xff\xd8\xff\xe0 cut off", "photo.jpg"),
        (b"PK\x03\x04 not a workbook", "list.xlsx"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "photo.png"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_at_the_field(session: Any, content: bytes, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        keep(content, name, field="photo")
    assert refused.value.field == "photo"


def test_thirty_megabytes_are_too_many(session: Any) -> None:
    with pytest.raises(InvalidInput, match="20 MB"):
        keep(b"\xff\xd8\xff" + b"\0" * 30_000_000)


def test_only_what_the_place_allows(session: Any) -> None:
    with pytest.raises(InvalidInput):
        keep(b"%PDF-1.7\n", "scan.pdf", allowed=uploads.PHOTO)


def test_a_workbook_is_known_by_its_content(session: Any) -> None:
    assert keep(write_xlsx("表", [Column("甲")], [["乙"]]), "x.bin").filename == "x.xlsx"


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "C:\\temp\\a.pdf", ".pdf", "a\0b\n.pdf", "长" * 300 + ".pdf"])
def test_names_from_outside_are_made_harmless(session: Any, name: str) -> None:
    kept = keep(b"%PDF-1.7\n", name).filename
    assert kept.endswith(".pdf")
    assert len(kept) <= 104
    assert not set(kept) & set("/\\\0\n")


def test_a_changed_file_in_the_store_is_noticed(session: Any) -> None:
    kept = keep(b"%PDF-1.7 genuine\n", "a.pdf")
    uploads.path_of(kept).write_bytes(b"%PDF-1.7 forged\n")
    with pytest.raises(ValueError):
        uploads.open_bytes(kept)


def test_others_files_do_not_exist(session: Any) -> None:
    kept = keep(b"%PDF-1.7\n", "a.pdf")
    assert uploads.get_upload(Actor(new_id(), "甲", Role.TOWNSHIP_MANAGER, "500242101000"), kept.id) is kept
    with pytest.raises(NotFound):
        uploads.get_upload(Actor(new_id(), "乙", Role.TOWNSHIP_MANAGER, "500242102000"), kept.id)
