from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.core import audit, clock, documents, ids, uploads
from app.core.access import SYSTEM
from app.core.documents import DocumentStatus, Finding
from app.core.errors import Forbidden, NotFound
from datacenter import service
from datacenter.errors import MonthNotOver, NothingNew
from tests.factories import trade
from tests.factories.datacenter import COUNTY, HUB, MANAGER, MONTH, OFFICIAL, Counter, create_month_report
from tests.factories.stations import TOWNSHIP, VILLAGE
from tests.tools import need, sheet_rows
from trade.service import services

NOON = clock.at_local(date(2026, 10, 15), 12)
ISSUED = clock.at_local(date(2026, 11, 5), 9)


@pytest.fixture
def worked(counters: list[Counter]) -> list[Counter]:
    """October: 1,824.50 yuan sold for farmers and 96.21 bought in Longtan, one online order; Mawang nothing."""
    point = counters[1]
    with clock.at(NOON):
        trade.create_sale(point.operator, quantity=1, price_fen=182_450, online=True)
        trade.create_purchase(point.operator, price_fen=9_621, deposit_fen=0)
        trade.create_order((trade.create_product(VILLAGE), 2))
    return counters


def sheet(content: bytes) -> list[list[Any]]:
    return sheet_rows(content)


def text_of(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    return subprocess.run([need("pdftotext"), "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def test_the_workbook_has_real_numbers_and_its_definitions(worked: list[Counter]) -> None:
    rows = sheet(uploads.open_bytes(create_month_report().workbook))
    assert rows[0] == [
        "乡镇",
        "站点（个）",
        "代卖（元）",
        "其中线上（元）",
        "代买（元）",
        "网上零售额（元）",
        "包裹 下（件）",
        "包裹 上（件）",
    ]
    assert rows[1] == ["龙潭镇", 3.0, 1824.5, 1824.5, 96.21, 196.0, 0.0, 0.0]
    assert rows[2] == ["麻旺镇", 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert rows[3] == ["合计", 4.0, 1824.5, 1824.5, 96.21, 196.0, 0.0, 0.0]
    notes = [row[0] for row in rows[4:] if row[0]]
    assert len(notes) == len(service.list_definitions(MONTH))
    assert any("代卖（上行）：站点代农户销售" in note for note in notes)


def test_what_was_not_due_is_a_dash_in_the_workbook(counters: list[Counter]) -> None:
    """In February 2025 nothing stood yet."""
    with clock.at(ISSUED):
        table = service.month_table(HUB, "2025-02")
        rows = sheet(service.workbook(HUB, table))
    assert rows[1] == ["龙潭镇", *["—"] * 7]


def test_a_townships_workbook_is_its_page(worked: list[Counter]) -> None:
    with clock.at(ISSUED):
        rows = sheet(service.workbook(MANAGER, service.month_table(MANAGER, MONTH)))
    assert [row[0] for row in rows[:5]] == ["站点", "龙潭镇站", "石营点", "渤海点", "农产品网上零售（订单不经站点）"]
    assert rows[2][2] == 1824.5
    assert rows[4][5] == 196.0
    assert rows[5] == ["合计", 3.0, 1824.5, 1824.5, 96.21, 196.0, 0.0, 0.0]


def test_the_report_is_signed_numbered_and_says_what_the_page_says(worked: list[Counter], tmp_path: Path) -> None:
    report = create_month_report()
    content = uploads.open_bytes(report.document.upload)
    assert documents.verify(content).finding is Finding.GENUINE
    assert documents.verify(content + b" ").finding is not Finding.GENUINE
    text = text_of(content, tmp_path)
    for words in (
        "2026年10月电商服务统计月报",
        ids.grouped(report.document.number),
        "龙潭镇",
        "1,824.50",
        "96.21",
        "196.00",
        "不得相加",
    ):
        assert words in text
    assert "第1版" in text.replace(" ", "")
    assert "自治县县" not in text
    assert audit.history(report)[0].text.startswith("签发酉阳土家族苗族自治县2026年10月")


def test_the_same_facts_give_the_same_hash(worked: list[Counter]) -> None:
    document = create_month_report().document
    assert documents.canonical_hash(document.frozen) == document.frozen_sha256


def test_a_month_that_is_not_over_has_no_report(worked: list[Counter]) -> None:
    with clock.at(clock.at_local(date(2026, 10, 31), 23, 59)), pytest.raises(MonthNotOver):
        service.issue_report(actor=HUB, month=MONTH)
    with clock.at(clock.at_local(date(2026, 11, 1))):
        assert service.issue_report(actor=HUB, month=MONTH).revision == 1


def test_only_the_hub_issues(worked: list[Counter]) -> None:
    for actor in (OFFICIAL, MANAGER):
        with pytest.raises(Forbidden):
            create_month_report(actor=actor)
    with pytest.raises(NotFound):
        create_month_report("1999-12")


def test_nothing_new_is_not_issued_again(worked: list[Counter]) -> None:
    create_month_report()
    with pytest.raises(NothingNew):
        create_month_report()


def corrected(table_of: Any = HUB, code: str | None = None) -> bool:
    with clock.at(ISSUED):
        table = service.month_table(table_of, MONTH, code)
        report = service.covering_report(table)
        assert report is not None
        return service.corrected_since(report, table)


def test_a_correction_is_noticed_and_issued_as_a_further_revision(worked: list[Counter], tmp_path: Path) -> None:
    first = create_month_report()
    assert not corrected()
    with clock.at(ISSUED):
        (sale,) = service.rows_of_receipts(HUB, MONTH, worked[1].station.id, service.ReceiptFilter(q="土鸡蛋"))
        found = services.get_sale(SYSTEM, sale.id)
        services.void_sale(actor=worked[1].operator, sale=found, reason="重复记了")
    assert corrected()
    assert corrected(MANAGER, TOWNSHIP)
    second = create_month_report()
    assert (first.document.status, second.document.status) == (DocumentStatus.WITHDRAWN, DocumentStatus.VALID)
    assert second.document.number in (first.document.withdrawn_reason or "")
    assert (second.revision, second.document.frozen["total"]["sale_fen"]) == (2, 0)
    assert "第2版，代替前一版" in text_of(uploads.open_bytes(second.document.upload), tmp_path).replace(" ", "")
    assert not corrected()


def test_two_corrections_that_cancel_each_other_are_noticed(worked: list[Counter]) -> None:
    create_month_report()
    with clock.at(NOON):
        (row,) = service.rows_of_receipts(HUB, MONTH, worked[1].station.id, service.ReceiptFilter(q="土鸡蛋"))
        services.void_sale(actor=worked[1].operator, sale=services.get_sale(SYSTEM, row.id), reason="别的镇的")
        trade.create_sale(worked[3].operator, quantity=1, price_fen=182_450, online=True)
    assert corrected()
    assert corrected(MANAGER, TOWNSHIP)


def test_the_files_for_the_command_line_are_issued_once(worked: list[Counter]) -> None:
    with clock.at(ISSUED):
        first = service.month_report_files(actor=SYSTEM, month=MONTH)
        assert service.month_report_files(actor=SYSTEM, month=MONTH) == first
    assert [Path(name).suffix for name, _content in first] == [".pdf", ".xlsx"]
    assert service.find_report(COUNTY, MONTH) is not None


def test_definitions_hold_for_the_whole_month() -> None:
    keys = [d.key for d in service.list_definitions(MONTH)]
    assert keys == ["sale", "sale_online", "purchase", "retail", "parcels", "stations", "apart", "growth"]
