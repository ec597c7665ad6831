"""The producer's card: half a postcard with the code that opens the farmer's page."""

from __future__ import annotations

from reportlab.lib.units import mm

from app.core import ids
from app.core.pdf import Frame, parts, render
from products.models import Producer

CARD = (105 * mm, 148 * mm)  # A6, upright


def card_pdf(producer: Producer, place: str, url: str) -> bytes:
    """The card as a PDF of one A6 page; ``url`` is what the QR code opens."""
    frame = Frame(title=producer.name, issuer=place, issued_at=producer.created_at, page_size=CARD)
    code = parts.qr(url, 62, "手机扫一扫，看自己的货")
    code.hAlign = "CENTER"
    return render(
        frame,
        [
            code,
            parts.facts([("我的码", ids.grouped(producer.code)), ("类型", str(producer.kind.label))]),
            parts.definition(
                "在这个网页上能看到：哪些货在卖、卖多少钱、有哪些批次。不对的地方可以在网页上告诉我们，也可以把这个码报给服务站。"
            ),
        ],
    )
