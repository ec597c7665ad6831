"""What the tests of PDF files share: a frame, a photo, and the outside programs that read them."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from tests.tools import need

FRAME: dict[str, Any] = {
    "title": "龙潭镇综合服务站验收报告",
    "issuer": "酉阳县商务委员会",
    "issued_at": datetime(2026, 11, 5, 2, 0, tzinfo=UTC),
    "number": "YS-7K2M-4QX8",
    "verify_url": "https://xiangyi.example.org/verify/YS-7K2M-4QX8",
}


def run(tool: str, *arguments: str, content: bytes | None = None) -> str:
    """What an outside program prints."""
    done = subprocess.run([need(tool), *arguments], input=content, capture_output=True, check=False)
    return done.stdout.decode()


def text_of(pdf: bytes) -> str:
    """The text as pdftotext reads it."""
    return run("pdftotext", "-layout", "-", "-", content=pdf)


def page_image(pdf: bytes, directory: Path, page: int = 1) -> Path:
    """One page as a PNG at 150 dpi."""
    source = directory / "document.pdf"
    source.write_bytes(pdf)
    run("pdftoppm", "-r", "150", "-f", str(page), "-l", str(page), "-singlefile", "-png", str(source), str(source))
    return directory / "document.pdf.png"


def picture(width: int = 400, height: int = 300, kind: str = "JPEG") -> bytes:
    """A plain photo."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#1f6f4a").save(out, kind)
    return out.getvalue()
