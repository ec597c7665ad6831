"""A QR code as SVG for the screen, drawn here so that nothing leaves the machine."""

from __future__ import annotations

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M


def qr_svg(text: str, label: str, pixels: int = 220) -> Markup:
    """The code with its quiet zone, black on white; ``label`` is read to those who don't see it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    shape = Markup(
        '<svg role="img" aria-label="{label}" width="{px}" height="{px}" viewBox="0 0 {n} {n}"'
        ' shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{n}v{n}H0z"/><path d="{dark}"/></svg>'
    )
    return shape.format(label=label, px=pixels, n=len(rows), dark=dark)
