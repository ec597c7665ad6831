"""Many verification reports as one job with one ZIP."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from app.core import clock, documents, jobs, uploads
from app.core.database import db
from app.core.errors import Forbidden, InvalidInput
from app.core.jobs import JobStatus
from app.core.uploads import Upload
from app.flows import verification_reports
from app.flows.verification_reports import batch
from stations.models import StationKind
from stations.models.acceptance import Acceptance
from stations.service import acceptance as service
from tests.factories import acceptance as make
from tests.factories.acceptance import HUB, OFFICIAL, TOWNSHIP_MANAGER, VILLAGE
from tests.factories.accounts import create_hub_admin
from tests.tools import sheet_rows


def start(**wanted: Any) -> jobs.Job:
    job = verification_reports.start_reports(actor=HUB, request_id=None, **wanted)
    db.session.refresh(job)
    return job


def unpack(job: jobs.Job) -> dict[str, bytes]:
    assert job.result is not None
    with zipfile.ZipFile(io.BytesIO(uploads.open_bytes(job.result))) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def of_a_point() -> Acceptance:
    station = make.create_ready_station(
        name="花莲村服务点", kind=StationKind.VILLAGE_POINT, division_code=VILLAGE, code="421042017"
    )
    return make.create_passed(station_id=station.id)


def test_all_decided_ones_are_issued_and_listed(session: Any) -> None:
    first, second = make.create_passed(), of_a_point()
    make.create_submitted(station_id=make.create_ready_station(name="未决站").id)
    assert verification_reports.count_decided(HUB) == 2
    job = start()
    assert (job.status, job.percent) == (JobStatus.DONE, 100)
    files = unpack(job)
    reports = {name: content for name, content in files.items() if name.endswith(".pdf")}
    assert set(reports) == {f"{a.station_code}-{a.station_name}.pdf" for a in (first, second)}
    for content in reports.values():
        assert documents.verify(content).finding is documents.Finding.GENUINE
    heading, *rows = sheet_rows(files["清单.xlsx"])
    assert heading[:2] == ["站点", "站点编号"]
    assert {row[0] for row in rows} == {first.station_name, second.station_name}
    assert all(row[7] and not row[8] for row in rows)


def test_what_was_issued_before_goes_in_as_it_was(session: Any) -> None:
    acceptance = make.create_passed()
    issued = service.issue_report(actor=HUB, request_id=None, acceptance_id=acceptance.id)
    before = uploads.open_bytes(issued.upload)
    once, again = unpack(start()), unpack(start())
    name = f"{acceptance.station_code}-{acceptance.station_name}.pdf"
    assert once[name] == again[name] == before


def test_filters_choose(session: Any) -> None:
    make.create_passed()
    point = of_a_point()
    files = unpack(start(kind=StationKind.VILLAGE_POINT))
    assert [name for name in files if name.endswith(".pdf")] == [f"{point.station_code}-{point.station_name}.pdf"]


def test_one_that_cannot_be_made_does_not_hold_up_the_others(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = make.create_passed(), of_a_point()
    build = batch.issue_report

    def issue(**facts: Any) -> Any:
        if facts["acceptance_id"] == bad.id:
            raise InvalidInput("照片丢了")
        return build(**facts)

    monkeypatch.setattr(batch, "issue_report", issue)
    files = unpack(start())
    assert f"{good.station_code}-{good.station_name}.pdf" in files
    reasons = {row[0]: row[8] for row in sheet_rows(files["清单.xlsx"])[1:]}
    assert reasons[bad.station_name] == "照片丢了"


def test_stopping_keeps_what_is_issued(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make.create_passed(), of_a_point()
    real = jobs.Progress.step

    def stop_after_one(self: jobs.Progress, done: int, total: int, message: Any = "") -> None:
        real(self, done, total, message)
        raise jobs.Cancelled

    monkeypatch.setattr(jobs.Progress, "step", stop_after_one)
    job = start()
    assert (job.status, job.result_id) == (JobStatus.CANCELLED, None)
    issued = [service.find_report(service.get_acceptance(HUB, a.id)) for a in (first, second)]
    assert sum(report is not None for report in issued) == 1


def test_nothing_decided_is_said(session: Any) -> None:
    make.create_submitted()
    with pytest.raises(InvalidInput, match="没有已经决定的验收"):
        verification_reports.start_reports(actor=HUB, request_id=None)


@pytest.mark.parametrize("actor", [OFFICIAL, TOWNSHIP_MANAGER])
def test_only_the_hub_issues(session: Any, actor: Any) -> None:
    make.create_passed()
    with pytest.raises(Forbidden):
        verification_reports.start_reports(actor=actor, request_id=None)


def test_the_button_starts_what_the_list_shows(login: Any) -> None:
    make.create_passed()
    enrolled = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": clock.now()}
    client = login(create_hub_admin(**enrolled))
    page = client.get("/stations/acceptances?kind=township_station").text
    assert "签发并打包这 1 份验收报告" in page
    answer = client.post("/stations/acceptances/reports?kind=township_station")
    assert answer.status_code == 303
    assert "/jobs/" in answer.location
    result = db.session.query(Upload).filter(Upload.media_type == uploads.ZIP).one()
    assert zipfile.is_zipfile(io.BytesIO(client.get(f"/files/{result.id}").data))
    assert "签发并打包" not in client.get("/stations/acceptances?kind=village_point").text
