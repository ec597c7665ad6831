"""Photos and scanned papers for the demonstration: drawn, and marked as such (演示照片, 演示文件)."""

from __future__ import annotations

import io
from datetime import datetime

from PIL import ExifTags, Image, ImageDraw, ImageFont

from app.core import clock
from app.core.pdf import Frame, fonts, parts, render

SKIES = ((203, 222, 232), (214, 228, 214), (232, 222, 205), (206, 214, 228))


def draw_scan(title: str, station_name: str, at: datetime) -> bytes:
    """A one-page PDF in place of a scanned paper."""
    text = f"这里是“{station_name}”的《{title}》扫描件。本页由演示程序生成，不是真实文件。"
    return render(Frame(title=f"{title}（演示文件）", issuer="演示文件", issued_at=at), [parts.para(text)])


def draw_photo(caption: str, place: str, at: datetime, position: tuple[float, float] | None) -> bytes:
    """A JPEG of a drawn house front with the caption on its sign, and what a telephone writes into a photo."""
    shade = SKIES[sum(map(ord, caption)) % len(SKIES)]
    image = Image.new("RGB", (800, 600), shade)
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 420), (170, 250), (330, 390), (520, 210), (800, 410), (800, 600), (0, 600)], fill=(122, 148, 120))
    pen.rectangle((0, 480, 800, 600), fill=(168, 160, 146))
    pen.rectangle((130, 210, 670, 520), fill=(240, 236, 224), outline=(120, 112, 96), width=3)
    pen.polygon([(105, 215), (400, 120), (695, 215)], fill=(96, 88, 80))
    pen.rectangle((170, 235, 630, 305), fill=(31, 111, 74))
    pen.rectangle((345, 350, 455, 520), fill=(120, 90, 60))
    for left in (180, 500):
        pen.rectangle((left, 360, left + 120, 450), fill=(188, 212, 220), outline=(90, 90, 90), width=3)
    _centred(pen, 400, 252, caption if len(caption) <= 14 else caption[:13] + "…", 30, (255, 255, 255))
    pen.rectangle((0, 0, 800, 46), fill=(176, 68, 26))
    _centred(pen, 400, 8, f"演示照片 · {place}", 26, (255, 255, 255))
    pen.text((470, 560), clock.local(at).strftime("%Y-%m-%d %H:%M"), font=_font(24), fill=(255, 220, 120))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, exif=_exif(at, position))
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts.bundled(), size)


def _centred(pen: ImageDraw.ImageDraw, x: int, y: int, text: str, size: int, colour: tuple[int, int, int]) -> None:
    font = _font(size)
    pen.text((x - pen.textlength(text, font=font) / 2, y), text, font=font, fill=colour)


def _exif(at: datetime, position: tuple[float, float] | None) -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = clock.local(at).strftime("%Y:%m:%d %H:%M:%S")
    if position is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", _sexagesimal(position[0])
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", _sexagesimal(position[1])
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes = (degrees - int(degrees)) * 60
    return float(int(degrees)), float(int(minutes)), round((minutes - int(minutes)) * 60, 2)
