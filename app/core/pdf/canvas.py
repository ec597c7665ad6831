"""The canvas all pages are drawn on: it cares for the letters, so that nothing drawn through it loses a character."""

from __future__ import annotations

from typing import Any

from reportlab.pdfgen.canvas import Canvas

from app.core.pdf import fonts

TOTAL = "page-total"


class PageCanvas(Canvas):
    """Draws every string with the fonts that have its characters and remembers those that none has.

    `missing` maps such a character to the first text it stood in. `outline_level` is the depth of the last bookmark.
    """

    _fontname: str
    _fontsize: float
    _code: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.missing: dict[str, str] = {}
        self.outline_level = -1
        self.total_at: tuple[float, float, float] | None = None
        super().__init__(*args, **kwargs)

    def drawString(self, x: float, y: float, text: str, *args: Any, **kwargs: Any) -> None:  # noqa: N802 reportlab's name
        """As reportlab's, over all fonts."""
        if fonts.plain(text):
            super().drawString(x, y, text, *args, **kwargs)
            return
        for char in fonts.missing(text):
            self.missing.setdefault(char, text)
        font, size = self._fontname, self._fontsize
        for name, piece in fonts.runs(text):
            self.setFont(name, size)
            super().drawString(x, y, piece, *args, **kwargs)
            x += self.stringWidth(piece, name, size) + len(piece) * kwargs.get("charSpace", 0)
        self.setFont(font, size)

    def drawRightString(self, x: float, y: float, text: str, *args: Any, **kwargs: Any) -> None:  # noqa: N802
        """As reportlab's, over all fonts."""
        self.drawString(x - fonts.width(text, self._fontsize), y, text, *args, **kwargs)

    def drawCentredString(self, x: float, y: float, text: str, *args: Any, **kwargs: Any) -> None:  # noqa: N802
        """As reportlab's, over all fonts; letter spacing moves the start too."""
        spread = kwargs.get("charSpace", 0) * (len(text) - 1)
        self.drawString(x - (fonts.width(text, self._fontsize) + spread) / 2, y, text, *args, **kwargs)

    def total_pages(self, x: float, y: float, size: float) -> None:
        """Writes "共 y 页" so that it ends here; the number is filled in when the last page is known."""
        self.total_at = (x, y, size)
        self.doForm(TOTAL)

    def bookmark(self, title: str, level: int) -> None:
        """An entry in the outline that leads here; an outline steps down one level at a time."""
        level = min(level, self.outline_level + 1)
        key = f"b{self.getPageNumber()}-{len(self._code)}"
        self.bookmarkHorizontal(key, 0, 40)
        self.addOutlineEntry(fonts.clean(title), key, level)
        self.outline_level = level

    def save(self) -> None:
        """Fills in the number of pages and closes the document."""
        if self.total_at is not None:
            x, y, size = self.total_at
            self.beginForm(TOTAL)
            self.setFont(fonts.current().name, size)
            self.setFillColor("#5b6b63")
            self.drawRightString(x, y, f"共 {self.getPageNumber() - 1} 页")
            self.endForm()
        super().save()
