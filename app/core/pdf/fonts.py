"""The letters of a PDF: one embedded Chinese TrueType font, a second one for what the first lacks, and 〓 for the rest.

The font that comes with the install (WenQuanYi Micro Hei) has all common characters; rare ones in names of people and
places are why another file can be set. A character that no font has is drawn as 〓 and reported, never a silent box.
"""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Iterator
from functools import cached_property
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

STAND_IN = "〓"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)


class FontSet:
    """Fonts in the order in which they are asked for a character."""

    def __init__(self, *paths: str) -> None:
        self.fonts = [_load(path) for path in paths]

    @property
    def name(self) -> str:
        """The registered name of the first font, for reportlab's styles."""
        return str(self.fonts[0].fontName)

    @cached_property
    def covered(self) -> frozenset[str]:
        """Every character the first font has: text made of these needs no further care."""
        return frozenset(map(chr, self.fonts[0].face.charToGlyph))

    def name_for(self, char: str) -> str | None:
        """The registered name of the first font that has the character."""
        code = ord(char)
        return next((str(font.fontName) for font in self.fonts if code in font.face.charToGlyph), None)


_lock = threading.Lock()
_loaded: dict[str, TTFont] = {}
_current: list[FontSet] = []


def bundled() -> str:
    """The path of the font that comes with the install."""
    return str(files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc")


def use(path: str | None = None, fallback: str | None = None) -> None:
    """Sets the font files for all documents from now on (XIANGYI_FONT); the bundled one always stands behind them.

    `path` None is the bundled font itself. ValueError names a file that is missing or is not TrueType with glyf
    outlines (OpenType/CFF fonts cannot be embedded).
    """
    paths = dict.fromkeys(file for file in (path or bundled(), fallback, bundled()) if file)
    _current[:] = [FontSet(*paths)]


def current() -> FontSet:
    """The fonts in use; the bundled one when nothing was set."""
    if not _current:
        use()
    return _current[0]


def clean(text: str) -> str:
    """The text without characters that have no shape (controls, joiners, variation selectors), tabs as spaces."""
    return _INVISIBLE.sub("", text.replace("\t", " ").replace("\xa0", " "))


def missing(text: str) -> set[str]:
    """The characters of a text that no font has."""
    fonts = current()
    return {char for char in set(clean(text)) - fonts.covered - {"\n"} if not fonts.name_for(char)}


def plain(text: str) -> bool:
    """Whether the first font alone can draw the text as it stands."""
    return current().covered.issuperset(text)


def runs(text: str) -> Iterator[tuple[str, str]]:
    """(font name, piece) in reading order, with 〓 for what no font has."""
    fonts = current()
    if fonts.covered.issuperset(text):
        yield fonts.name, text
        return
    known = [(fonts.name_for(char), char) for char in clean(text)]
    drawn = [(name, char) if name else (fonts.name_for(STAND_IN) or fonts.name, STAND_IN) for name, char in known]
    for name, group in groupby(drawn, key=lambda pair: pair[0]):
        yield name, "".join(char for _, char in group)


def width(text: str, size: float) -> float:
    """How wide the text stands in points, as it will be drawn."""
    return sum(pdfmetrics.stringWidth(piece, name, size) for name, piece in runs(text))


def _load(path: str) -> TTFont:
    with _lock:
        if path not in _loaded:
            name = f"{Path(path).stem}-{zlib.crc32(path.encode()):08x}"
            try:
                font = TTFont(name, path, subfontIndex=0, shapable=False)
            except (TTFError, OSError) as error:
                raise ValueError(f"字体文件不能用（需要 TrueType 字形的 .ttf 或 .ttc）：{path}") from error
            pdfmetrics.registerFont(font)
            _loaded[path] = font
        return _loaded[path]
