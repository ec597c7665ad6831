"""How many pages a PDF has."""

from __future__ import annotations

import io

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

MOST = 10_000  # what says more than that is not believed


def count_pages(content: bytes) -> int | None:
    """The number of pages as the file tells it; None for one that can't be read, is locked, or tells nonsense."""
    try:
        count = int(PdfFileReader(io.BytesIO(content), strict=False).root["/Pages"]["/Count"])
    except (PdfError, KeyError, TypeError, ValueError, IndexError, RecursionError, AttributeError, OSError):
        return None
    return count if 0 < count <= MOST else None
