"""A small county's files, to be broken in one place."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

ROOT = Path(__file__).resolve().parents[2] / "data" / "counties"

DIVISIONS = """division_code,name,level,parent_code
500242000000,酉阳土家族苗族自治县,county,
500242101000,龙潭镇,township,500242000000
500242101201,石营村村民委员会,village,500242101000
500242101202,渤海村村民委员会,village,500242101000
500242102000,麻旺镇,township,500242000000
500242102202,桂香村村民委员会,village,500242102000
"""
POSITIONS = """division_code,lon,lat,basis
500242000000,108.76720,28.83940,county seat
500242101201,108.71683,28.80402,estimated
"""
RING = [[108.5, 28.6], [109.0, 28.6], [109.0, 29.0], [108.5, 29.0], [108.5, 28.6]]


def boundary(geometry: Any = None, **properties: Any) -> str:
    """A GeoJSON feature; a square unless told otherwise."""
    told = geometry if geometry is not None else {"type": "Polygon", "coordinates": [RING]}
    return json.dumps({"type": "Feature", "properties": properties, "geometry": told})


def write_county(
    folder: Path,
    divisions: str | bytes = DIVISIONS,
    positions: str | bytes = POSITIONS,
    outline: str | bytes | None = None,
) -> Path:
    """Write the three files into a folder."""
    folder.mkdir(exist_ok=True)
    contents = {"divisions.csv": divisions, "positions.csv": positions, "boundary.geojson": outline or boundary()}
    for name, content in contents.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def door_photo(lon: float | None = None, lat: float | None = None, taken: str = "2026:11:20 09:30:00") -> bytes:
    """A photo as a phone takes it at a door; without a position unless told where."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if lon is not None and lat is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (lat, 0.0, 0.0)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (lon, 0.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()
