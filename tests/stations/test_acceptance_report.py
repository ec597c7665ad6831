"""The signed verification report: what is in it, and that a changed one is told from the genuine one."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from app.core import clock, documents, uploads
from app.core.access import Actor
from app.core.documents import Finding, Issue, IssuedDocument
from app.core.pdf import signing
from stations.errors import AcceptanceClosed
from stations.models import Station, StationKind, StationStatus
from stations.models.acceptance import AcceptanceStatus, Decision
from stations.seed.acceptance import seed_acceptance
from stations.service import acceptance as service
from stations.service import verification_report
from tests.factories import acceptance as make
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


def test_genuine_altered_foreign(walked: IssuedDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = uploads.open_bytes(walked.upload)
    assert documents.verify(genuine) == documents.Verdict(Finding.GENUINE, walked)

    flipped = bytearray(genuine)
    flipped[len(genuine) // 3] ^= 1
    assert documents.verify(bytes(flipped)).finding is Finding.ALTERED

    stranger = signing.make_key("别人", clock.now())
    facts = Issue(walked.number, "http://127.0.0.1:8000/verify/1", walked.issued_at, walked.frozen_sha256)
    unsigned = verification_report.build(walked.frozen, facts, service.photo_loader())
    forged = signing.sign(unsigned, stranger, number=walked.number, signed_at=walked.issued_at, reason="假的")
    assert documents.verify(forged).finding is Finding.FOREIGN
    assert documents.verify(unsigned).finding is Finding.UNSIGNED

    service.withdraw_report(
        actor=HUB, request_id=None, acceptance_id=_acceptance_of(walked), reason="补充拨付记录后重发"
    )
    assert documents.verify(genuine).finding is Finding.WITHDRAWN


def _acceptance_of(document: IssuedDocument) -> object:
    from uuid import UUID

    return UUID(document.frozen["acceptance"])


def test_the_same_frozen_data_gives_the_same_bytes(walked: IssuedDocument) -> None:
    frozen = json.loads(json.dumps(walked.frozen))
    facts = Issue(walked.number, documents.verify_url(walked.number), walked.issued_at, walked.frozen_sha256)
    first, second = (verification_report.build(frozen, facts, service.photo_loader()) for _ in range(2))
    assert first == second
    assert documents.canonical_hash(frozen) == walked.frozen_sha256


def test_the_report_is_made_from_frozen_data_and_photos_alone(walked: IssuedDocument) -> None:
    facts = Issue(walked.number, documents.verify_url(walked.number), walked.issued_at, walked.frozen_sha256)
    without_photos = verification_report.build(walked.frozen, facts, lambda _sha256: b"")
    assert without_photos.startswith(b"%PDF-")


def test_frozen_data_holds_no_personal_data_and_no_floats(walked: IssuedDocument) -> None:
    text = json.dumps(walked.frozen, ensure_ascii=False)
    assert not re.search(r"1[3-9]\d{9}(?!\d)", re.sub(r"[0-9a-f-]{36}|\d{12,}|[0-9a-f]{64}", "", text))

    def check(value: object) -> None:
        assert not isinstance(value, float)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(inner)

    check(walked.frozen)


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
    acceptance = service.get_acceptance(HUB, _acceptance_of(walked))  # type: ignore[arg-type]
    version = acceptance.version
    again = seed_acceptance(TOWNSHIP_MANAGER, INSPECTOR, HUB, acceptance.station_id, WHEN)
    assert again.number == walked.number
    assert service.get_acceptance(HUB, acceptance.id).version == version
    assert acceptance.status is AcceptanceStatus.PASSED
    assert acceptance.station.status is StationStatus.ACCEPTED


def test_a_village_point_walks_the_same_way(session: object, tmp_path: Path) -> None:
    station: Station = build.create_planned_station(
        kind=StationKind.VILLAGE_POINT, division_code=make.VILLAGE, name="花莲村电子商务服务点"
    )
    document = seed_acceptance(TOWNSHIP_MANAGER, INSPECTOR, HUB, station.id, WHEN)
    assert document.frozen["basis"]["template"].startswith("村级服务点")
    assert "花莲村电子商务服务点" in text_of(uploads.open_bytes(document.upload), tmp_path)
