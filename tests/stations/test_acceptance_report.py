"""The signed verification report: what is in it, and that a changed one is told from the genuine one."""

from __future__ import annotations

import io
import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader, PdfWriter

from app.core import clock, documents, uploads
from app.core.access import Actor
from app.core.documents import Finding, Issue, IssuedDocument
from app.core.pdf import signing
from stations.errors import AcceptanceClosed
from stations.models import Station, StationKind, StationStatus
from stations.models.acceptance import AcceptanceStatus, Decision
from stations.models.subsidy import Subsidy
from stations.seed.acceptance import seed_acceptance
from stations.service import acceptance as service
from stations.service import money as funds
from stations.service import verification_report
from stations.service.report_money import vouchers_agree
from stations.service.report_tables import label_ranges
from tests.factories import acceptance as make
from tests.factories import money
from tests.factories import projects as build
from tests.factories.acceptance import HUB, INSPECTOR, TOWNSHIP_MANAGER
from tests.tools import need

WHEN = clock.at_local(clock.today(), 10) - timedelta(days=60)


@pytest.fixture
def walked(session: object) -> IssuedDocument:
    """The report of an acceptance with findings, rectification and payment."""
    station = build.create_planned_station()
    return seed_acceptance(TOWNSHIP_MANAGER, INSPECTOR, HUB, station.id, WHEN)


def issue(acceptance_id: object, actor: Actor = HUB) -> IssuedDocument:
    return service.issue_report(actor=actor, request_id=None, acceptance_id=acceptance_id)  # type: ignore[arg-type]


def text_of(content: bytes, tmp_path: Path) -> str:
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    done = subprocess.run([need("pdftotext"), "-raw", str(file), "-"], capture_output=True, check=True)
    return re.sub(r"[\s　]+", "", done.stdout.decode())


def test_the_report_says_what_was_found(walked: IssuedDocument, tmp_path: Path) -> None:
    text = text_of(uploads.open_bytes(walked.upload), tmp_path)
    for words in (
        "龙潭镇电子商务综合服务站验收报告",
        "一、验收依据",
        "二、验收清单",
        "三、资金",
        "四、设备",
        "六、问题与整改",
        "七、照片",
        "八、意见与签字",
        "验收结论：验收合格",
        "批复金额¥53,200.00",
        "53,200.00",
        "无位置",
        "冷柜的标签还没有贴",
        "重庆同信会计师事务所",
    ):
        assert words in text, words
    assert walked.frozen_sha256 in text
    assert "缺字说明" not in text


def test_the_fonts_are_embedded(walked: IssuedDocument, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(uploads.open_bytes(walked.upload))
    listed = subprocess.run([need("pdffonts"), str(file)], capture_output=True, check=True, text=True).stdout
    used = [line for line in listed.splitlines()[2:] if "WenQuanYi" in line]
    assert used
    assert all(re.search(r"yes\s+yes\s+yes", line) for line in used)


def altered(genuine: bytes) -> bytes:
    """One bit is another."""
    flipped = bytearray(genuine)
    flipped[len(genuine) // 3] ^= 1
    return bytes(flipped)


def signed_by_a_stranger(pdf: bytes, document: IssuedDocument) -> bytes:
    """With the number and the day of the genuine one, by a key of the same name."""
    key = signing.make_key("乡驿县级公共服务中心", clock.now())
    return signing.sign(pdf, key, number=document.number, signed_at=document.issued_at, reason=document.title)


def unsigned_of(document: IssuedDocument) -> bytes:
    facts = Issue(document.number, documents.verify_url(document.number), document.issued_at, document.frozen_sha256)
    return verification_report.build(document.frozen, facts, service.photo_loader())


def with_page_of(genuine: bytes, other: bytes, *, signature: bool) -> bytes:
    """The genuine report with the second page of another one in place of its own."""
    writer = PdfWriter(clone_from=io.BytesIO(genuine))
    writer.insert_page(PdfReader(io.BytesIO(other)).pages[1], 1)
    writer.remove_page(2)
    if not signature:
        for key in ("/AcroForm", "/Perms"):
            writer._root_object.pop(key, None)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_page_appended(genuine: bytes, other: bytes) -> bytes:
    """The same as an update after the end: the signed bytes stay as they were."""
    writer = PdfWriter(io.BytesIO(genuine), incremental=True)
    writer.insert_page(PdfReader(io.BytesIO(other)).pages[1], 1)
    writer.remove_page(2)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def uploaded(client: FlaskClient, content: bytes) -> str:
    """What the public page says of a file."""
    answer = client.post("/verify", data={"file": (io.BytesIO(content), "报告.pdf")})
    assert answer.status_code == 200
    return answer.text


def test_the_genuine_report_is_told_until_it_is_withdrawn(walked: IssuedDocument, client: FlaskClient) -> None:
    genuine = uploads.open_bytes(walked.upload)
    assert documents.verify(genuine) == documents.Verdict(Finding.GENUINE, walked)
    page = uploaded(client, genuine)
    assert "真件：和本中心发出的文件完全一致" in page
    assert walked.number in page
    assert documents.verify(unsigned_of(walked)).finding is Finding.UNSIGNED
    reason = "补充拨付记录后重发"
    service.withdraw_report(actor=HUB, request_id=None, acceptance_id=_acceptance_of(walked), reason=reason)
    assert documents.verify(genuine).finding is Finding.WITHDRAWN
    assert "真件，但已经作废" in uploaded(client, genuine)


def test_a_report_altered_by_one_byte_is_not_genuine(walked: IssuedDocument, client: FlaskClient) -> None:
    forged = altered(uploads.open_bytes(walked.upload))
    assert documents.verify(forged) == documents.Verdict(Finding.ALTERED, None)
    page = uploaded(client, forged)
    assert ("被改过：内容和签章对不上" in page, "真件" in page) == (True, False)


def test_a_report_signed_again_with_another_key_is_not_genuine(walked: IssuedDocument, client: FlaskClient) -> None:
    forged = signed_by_a_stranger(unsigned_of(walked), walked)
    assert documents.verify(forged) == documents.Verdict(Finding.FOREIGN, None)
    page = uploaded(client, forged)
    assert ("签章用的是别的密钥" in page, "真件" in page) == (True, False)


def test_a_report_with_a_page_of_another_is_not_genuine(walked: IssuedDocument, client: FlaskClient) -> None:
    genuine, other = uploads.open_bytes(walked.upload), uploads.open_bytes(_village_report().upload)
    forgeries = {
        with_page_of(genuine, other, signature=True): Finding.ALTERED,
        with_page_appended(genuine, other): Finding.ALTERED,
        with_page_of(genuine, other, signature=False): Finding.ALTERED,  # what is left of it is seen
        signed_by_a_stranger(with_page_of(genuine, other, signature=False), walked): Finding.FOREIGN,
    }
    assert len(forgeries) == 4
    for forged, finding in forgeries.items():
        assert documents.verify(forged) == documents.Verdict(finding, None)
        page = uploaded(client, forged)
        assert (str(finding.label) in page, "真件" in page) == (True, False)


def _acceptance_of(document: IssuedDocument) -> UUID:
    return UUID(document.frozen["acceptance"])


def test_the_same_frozen_data_gives_the_same_bytes(walked: IssuedDocument) -> None:
    granted(walked)
    document = again(walked)
    frozen = json.loads(json.dumps(document.frozen))
    facts = Issue(document.number, documents.verify_url(document.number), document.issued_at, document.frozen_sha256)
    first, second = (verification_report.build(frozen, facts, service.photo_loader()) for _ in range(2))
    assert first == second
    assert uploads.open_bytes(document.upload).startswith(first)
    assert documents.canonical_hash(frozen) == document.frozen_sha256
    acceptance = service.get_acceptance(HUB, _acceptance_of(document))
    assert service.freeze(acceptance) == frozen


def test_the_report_is_made_from_frozen_data_and_photos_alone(walked: IssuedDocument) -> None:
    facts = Issue(walked.number, documents.verify_url(walked.number), walked.issued_at, walked.frozen_sha256)
    without_photos = verification_report.build(walked.frozen, facts, lambda _sha256: b"")
    assert without_photos.startswith(b"%PDF-")


def check_plain(frozen: object) -> None:
    """Neither a float nor a telephone or identity number, wherever it stands."""
    text = json.dumps(frozen, ensure_ascii=False)
    bare = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}", "", text)
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", bare)
    assert not re.search(r"(?<!\d)\d{17}[\dX](?!\d)", bare)

    def check(value: object) -> None:
        assert value is None or isinstance(value, str | int | list | dict)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(inner)

    check(frozen)


def test_frozen_data_holds_no_personal_data_and_no_floats(walked: IssuedDocument) -> None:
    check_plain(walked.frozen)
    assert walked.frozen["schema"] == "acceptance-4"


def test_a_report_comes_after_the_decision_and_once(session: object) -> None:
    acceptance = make.create_inspected()
    with pytest.raises(AcceptanceClosed):
        issue(acceptance.id)
    make.create_decision(acceptance, decision=Decision.REFUSED, opinion="选址不符")
    first = issue(acceptance.id)
    with pytest.raises(AcceptanceClosed, match=first.number):
        issue(acceptance.id)
    service.withdraw_report(actor=HUB, request_id=None, acceptance_id=acceptance.id, reason="重发")
    assert issue(acceptance.id).number != first.number


def test_the_walk_is_the_same_when_it_is_walked_again(walked: IssuedDocument, session: object) -> None:
    acceptance = service.get_acceptance(HUB, _acceptance_of(walked))
    version = acceptance.version
    again = seed_acceptance(TOWNSHIP_MANAGER, INSPECTOR, HUB, acceptance.station_id, WHEN)
    assert again.number == walked.number
    assert service.get_acceptance(HUB, acceptance.id).version == version
    assert acceptance.status is AcceptanceStatus.PASSED
    assert acceptance.station.status is StationStatus.ACCEPTED


def _village_report() -> IssuedDocument:
    station: Station = build.create_planned_station(
        kind=StationKind.VILLAGE_POINT, division_code=make.VILLAGE, name="花莲村电子商务服务点"
    )
    return seed_acceptance(TOWNSHIP_MANAGER, INSPECTOR, HUB, station.id, WHEN)


def test_a_village_point_walks_the_same_way(session: object, tmp_path: Path) -> None:
    document = _village_report()
    assert document.frozen["basis"]["template"].startswith("村级服务点")
    assert "花莲村电子商务服务点" in text_of(uploads.open_bytes(document.upload), tmp_path)


# -- money and equipment ---------------------------------------------------------------------------


def again(document: IssuedDocument) -> IssuedDocument:
    """Withdrawn and issued anew, with what has come since."""
    acceptance_id = _acceptance_of(document)
    service.withdraw_report(actor=HUB, request_id=None, acceptance_id=acceptance_id, reason="补充后重发")
    return issue(acceptance_id)


def granted(document: IssuedDocument) -> Subsidy:
    """The subsidy of the walked station, granted by the standard."""
    acceptance = service.get_acceptance(HUB, _acceptance_of(document))
    assert acceptance.project is not None
    return money.create_subsidy(
        money.create_fund(arrived=10_000_000),
        acceptance.project,
        granted_on=money.days_ago(30),
        own_fen=1_200_000,
        own_source="村集体",
    )


def test_without_a_subsidy_the_standard_and_the_vouchers_are_told(walked: IssuedDocument, tmp_path: Path) -> None:
    facts = walked.frozen["money"]
    assert facts["subsidy"] is None
    assert facts["standard"]["amount_fen"] == 6_000_000
    assert (facts["paid_fen"], len(facts["vouchers"])) == (5_320_000, 1)
    text = text_of(uploads.open_bytes(walked.upload), tmp_path)
    for words in ("一般乡镇综合服务站建设补助（一般），¥60,000.00", "签发本报告时还没有核定", "县财政国库支付中心"):
        assert words in text, words
    assert "验收资料里的银行凭证" not in text


def test_a_paid_subsidy_is_told_with_its_steps(walked: IssuedDocument, tmp_path: Path) -> None:
    subsidy = granted(walked)
    part = money.approve(subsidy.instalments[0])
    voucher_day = walked.frozen["money"]["vouchers"][0]["on"]
    received = {"actor": TOWNSHIP_MANAGER, "request_id": None, "instalment_id": part.id}
    money.pay(part, voucher="YH-2026-77")
    funds.confirm_receipt(**received, received_on=clock.today())
    money.create_claw_back(subsidy, amount_fen=500_000, reason="决算核减")
    document = again(walked)
    facts = document.frozen["money"]["subsidy"]
    assert facts["instalments"] == [
        {
            "position": 1,
            "share": 100,
            "milestone": "验收合格后",
            "amount_fen": 5_320_000,
            "status": "已支付",
            "requested": money.days_ago(5).isoformat(),
            "approved": money.days_ago(3).isoformat(),
            "paid": money.days_ago(1).isoformat(),
            "voucher": "YH-2026-77",
            "received": clock.today().isoformat(),
            "received_by": TOWNSHIP_MANAGER.name,
        }
    ]
    assert (facts["paid_fen"], facts["back_fen"], facts["own_fen"]) == (5_320_000, 500_000, 1_200_000)
    text = text_of(uploads.open_bytes(document.upload), tmp_path)
    for words in ("YH-2026-77", "决算核减", "¥12,000.00（村集体）", "已追回¥5,000.00", subsidy.reference):
        assert words.replace(" ", "") in text, words
    assert "登记的银行凭证和上面的拨付记录不一致" in text  # the dossier's voucher is of another day
    assert voucher_day in text
    check_plain(document.frozen)


@pytest.mark.parametrize(
    ("vouchers", "paid", "agree"),
    [
        ([], [(100, "2026-11-01")], True),
        ([(100, "2026-11-01")], [(100, "2026-11-01")], True),
        ([(100, "")], [(30, "2026-10-01"), (70, "2026-11-01")], True),
        ([(100, "2026-11-02")], [(100, "2026-11-01")], False),
        ([(99, "2026-11-01")], [(100, "2026-11-01")], False),
        ([(100, "2026-11-01")], [(100, "")], False),
    ],
)
def test_when_vouchers_and_payments_say_the_same(
    vouchers: list[tuple[int, str]], paid: list[tuple[int, str]], agree: bool
) -> None:
    said = [{"amount_fen": amount, "on": day} for amount, day in vouchers]
    booked = [{"amount_fen": amount, "paid": day} for amount, day in paid]
    assert vouchers_agree(said, booked) is agree


def test_the_budget_is_told_by_category_against_contracts_and_invoices(walked: IssuedDocument) -> None:
    keys = ("category", "asked_fen", "approved_fen", "contracted_fen", "invoiced_fen")
    assert [tuple(row[key] for key in keys) for row in walked.frozen["money"]["budget"]] == [
        ("设备购置", 3_200_000, 3_200_000, 3_200_000, 3_200_000),
        ("装修改造", 2_140_000, 2_120_000, 2_120_000, 2_120_000),
    ]
    first = walked.frozen["money"]["contracts"][0]
    assert (first["kind"], first["amount_fen"], first["invoiced_fen"]) == ("询价比价", 3_200_000, 3_200_000)
    assert walked.frozen["money"]["invoices"][0]["contract"] == first["number"]


def test_a_contract_without_an_invoice_belongs_to_no_category(session: object) -> None:
    acceptance = make.create_acceptance()
    assert acceptance.project is not None
    build.create_contract(acceptance.project, amount_fen=1_000_000)
    make.pass_acceptance(acceptance)
    rows = issue(acceptance.id).frozen["money"]["budget"]
    assert [(row["category"], row["contracted_fen"]) for row in rows][-1] == ("没有归类", 1_000_000)


def test_the_three_way_count_names_day_counter_and_differences(walked: IssuedDocument, tmp_path: Path) -> None:
    assert walked.frozen["equipment"]["agrees"]
    acceptance = service.get_acceptance(HUB, _acceptance_of(walked))
    assert acceptance.project is not None
    shelves = acceptance.project.listed[0]
    numbers = [unit.number for unit in shelves.units]
    build.count(acceptance.project, {numbers[0]: "damaged", numbers[2]: "absent"})
    document = again(walked)
    line = document.frozen["equipment"]["lines"][0]
    assert (line["listed"], line["invoiced"], line["labels"]) == ("6", "6", numbers)
    assert (line["present"], line["damaged"], line["absent"], line["uncounted"]) == (4, 1, 1, 0)
    assert line["counted"][-1] == {"on": clock.today().isoformat(), "by": INSPECTOR.name}
    assert len(line["counted"]) == 2
    assert line["differences"] == ["1 个不在现场", "1 个损坏"]
    text = text_of(uploads.open_bytes(document.upload), tmp_path)
    assert "核对结果：1行不一致。" in text
    assert f"{numbers[0]}–{numbers[-1][-5:]}" in text
    check_plain(document.frozen)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], ""),
        (["421040001008"], "421040001008"),
        (["421040000015", "421040000023", "421040000031"], "421040000015–00031"),
        (["421040000015", "421040000031", "421040000049"], "421040000015、421040000031–00049"),
    ],
)
def test_asset_numbers_in_a_row_are_told_as_a_range(numbers: list[str], words: str) -> None:
    assert label_ranges(numbers) == words
