"""Label sheets, rendered and read by two independent readers."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from pypdf import PdfReader

from app.core.errors import InvalidInput
from products.rules.gtin import check_digit
from tests.tools import need
from traceability.models import Lot
from traceability.rules.label_sheets import sheets
from traceability.service.labels import label_url, labels_pdf, qr_matrix

LONG = "https://www.youyang-dianshang-fuwu.gov.cn"  # as long as a county's address may well be


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(params=["http://127.0.0.1:8000", LONG])
def lot(app: Flask, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Lot:
    """A lot that is in no table: the sheet needs only its words."""
    monkeypatch.setitem(app.config, "BASE_URL", request.param)
    gtin = "0952600000001" + check_digit("0952600000001")
    return Lot(
        gtin=gtin,
        code="YY261018018",
        product_name="西兰卡普土家织锦挂件（大号礼盒装）",
        product_spec="1件/盒，500毫升×2",
    )


def render(content: bytes, tmp_path: Path, dpi: int, *more: str) -> list[Path]:
    pdf = tmp_path / "labels.pdf"
    pdf.write_bytes(content)
    subprocess.run([need("pdftoppm"), "-r", str(dpi), *more, str(pdf), str(tmp_path / "page")], check=True)
    return sorted(p for p in tmp_path.iterdir() if p.stem.startswith("page"))


@pytest.mark.parametrize("sheet", sheets())
@pytest.mark.parametrize("dpi", [200, 300])
def test_every_label_is_read_by_zxing(app: Flask, lot: Lot, sheet: str, dpi: int, tmp_path: Path) -> None:
    with app.app_context():
        content, url = labels_pdf(lot, sheets()[sheet].per_page, sheet), label_url(lot)
    (page,) = render(content, tmp_path, dpi, "-gray")
    found = zxingcpp.read_barcodes(np.array(Image.open(page)), formats=zxingcpp.QRCode)
    assert [code.text for code in found] == [url] * sheets()[sheet].per_page
    assert {code.ec_level for code in found} == {"M"}


@pytest.mark.parametrize("sheet", sheets())
def test_a_whole_page_is_read_by_zbar(app: Flask, lot: Lot, sheet: str, tmp_path: Path) -> None:
    with app.app_context():
        content, url = labels_pdf(lot, sheets()[sheet].per_page, sheet), label_url(lot)
    (page,) = render(content, tmp_path, 300, "-mono")
    assert zbar(page) == [url] * sheets()[sheet].per_page


@pytest.mark.parametrize("sheet", sheets())
def test_each_sticker_by_itself_is_read_by_zbar_at_200_dpi(app: Flask, lot: Lot, sheet: str, tmp_path: Path) -> None:
    """As a telephone sees it. zbar loses its way in a coarse picture of dozens of codes, so it gets one at a time."""
    stock = sheets()[sheet]
    with app.app_context():
        content, url = labels_pdf(lot, stock.per_page, sheet), label_url(lot)
    (page,) = render(content, tmp_path, 200, "-gray", "-png")
    picture, scale = Image.open(page), 200 / 25.4
    crops = []
    for n, (_page, x, y) in enumerate(stock.places(stock.per_page)):
        upper = stock.page_height - y - stock.height
        box = (x * scale, upper * scale, (x + stock.width) * scale, (upper + stock.height) * scale)
        crops.append(tmp_path / f"sticker-{n:02d}.png")
        picture.crop(tuple(round(side) for side in box)).save(crops[-1])
    assert zbar(*crops) == [url] * stock.per_page


def zbar(*pictures: Path) -> list[str]:
    command = [need("zbarimg"), "-q", "--raw", "-Sdisable", "-Sqrcode.enable", *map(str, pictures)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def test_the_words_are_real_text_in_an_embedded_font(app: Flask, lot: Lot, tmp_path: Path) -> None:
    with app.app_context():
        content = labels_pdf(lot, 41)
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 2
    pdf = tmp_path / "labels.pdf"
    pdf.write_bytes(content)
    text = subprocess.run([need("pdftotext"), str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    assert text.count("YY261018018") == 41
    assert text.count("扫码看来源") == 41
    fonts = subprocess.run([need("pdffonts"), str(pdf)], check=True, capture_output=True, text=True).stdout
    embedded = [line for line in fonts.splitlines()[2:] if "Hei" in line or "hei" in line]
    assert embedded
    assert all(" yes yes yes " in line for line in embedded)
    assert len(content) < 60_000


def test_the_quiet_zone_is_four_modules_and_the_symbol_is_whole() -> None:
    matrix = qr_matrix("https://id.gs1.org/01/09526000000013/10/YY261018018")
    side = len(matrix)
    assert (side - 17) % 4 == 0
    assert matrix[:7, 0].all()
    assert matrix[0, :7].all()


@pytest.mark.parametrize(
    ("count", "sheet", "field"), [(0, "A4-40", "count"), (20_001, "A4-40", "count"), (1, "A3", "sheet")]
)
def test_what_can_not_be_printed_is_refused(app: Flask, lot: Lot, count: int, sheet: str, field: str) -> None:
    with app.app_context(), pytest.raises(InvalidInput) as caught:
        labels_pdf(lot, count, sheet)
    assert caught.value.field == field


def test_an_address_too_long_for_the_sticker_is_refused(app: Flask, lot: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "BASE_URL", "https://" + "long." * 60 + "cn")
    with app.app_context(), pytest.raises(InvalidInput) as caught:
        labels_pdf(lot, 1)
    assert caught.value.field == "sheet"
