"""Official papers as PDF: parts go into a frame, the frame gives bytes, a key signs them.

    from app.core.pdf import Frame, parts, render

    content = render(
        Frame(title="验收报告", issuer="酉阳县商务局", issued_at=clock.now(), number="YS-7K2M", verify_url="https://…"),
        [parts.heading("一、基本情况"), parts.facts([("站点", "龙潭镇站")]), parts.table(columns, rows)],
    )

Documents are Chinese whatever language the person who asks for them reads: the same facts give the same bytes.
"""

from app.core.pdf import fonts, parts
from app.core.pdf.frame import A4, A4_LANDSCAPE, Frame, render
from app.core.pdf.parts import Column

__all__ = ["A4", "A4_LANDSCAPE", "Column", "Frame", "fonts", "parts", "render"]
