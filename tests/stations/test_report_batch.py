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
from stations.models import ConstructionProject, StationKind, StationStatus
from stations.models.acceptance import Acceptance
from stations.models.subject import Subject
from stations.service import acceptance as service
from tests.factories import acceptance as make
from tests.factories import projects as build
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
    return make.create_passed(project=ready(name="花莲村服务点", kind=StationKind.VILLAGE_POINT, division_code=VILLAGE))


def ready(**overrides: Any) -> ConstructionProject:
    """A completed project of a station that was self-inspected."""
    return build.create_project(build.create_planned_station(status=StationStatus.SELF_INSPECTED, **overrides))


def test_all_decided_ones_are_issued_and_listed(session: Any) -> None:
    first, second = make.create_passed(), of_a_point()
    make.create_submitted(project=ready(name="未决站"))
    assert verification_reports.count_decided(HUB) == 2
    job = start()
    assert (job.status, job.percent) == (JobStatus.DONE, 100)
    files = unpack(job)
    reports = {name: content for name, content in files.items() if name.endswith(".pdf")}
    assert set(reports) == {f"{a.station_code}-{a.subject_name}.pdf" for a in (first, second)}
    for content in reports.values():
        assert documents.verify(content).finding is documents.Finding.GENUINE
    heading, *rows = sheet_rows(files["清单.xlsx"])
    assert heading[:2] == ["名称", "类型"]
    assert {row[0] for row in rows} == {first.subject_name, second.subject_name}
    assert all(row[8] and not row[9] for row in rows)


def test_what_was_issued_before_goes_in_as_it_was(session: Any) -> None:
    acceptance = make.create_passed()
    issued = service.issue_report(actor=HUB, request_id=None, acceptance_id=acceptance.id)
    before = uploads.open_bytes(issued.upload)
    once, again = unpack(start()), unpack(start())
    name = f"{acceptance.station_code}-{acceptance.subject_name}.pdf"
    assert once[name] == again[name] == before


def test_filters_choose(session: Any) -> None:
    make.create_passed()
    point = of_a_point()
    files = unpack(start(subject=Subject.VILLAGE_POINT))
    assert [name for name in files if name.endswith(".pdf")] == [f"{point.station_code}-{point.subject_name}.pdf"]


def test_one_that_cannot_be_made_does_not_hold_up_the_others(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = make.create_passed(), of_a_point()
    really = batch.issue_report

    def issue(**facts: Any) -> Any:
        if facts["acceptance_id"] == bad.id:
            raise InvalidInput("照片丢了")
        return really(**facts)

    monkeypatch.setattr(batch, "issue_report", issue)
    files = unpack(start())
    assert f"{good.station_code}-{good.subject_name}.pdf" in files
    reasons = {row[0]: row[9] for row in sheet_rows(files["清单.xlsx"])[1:]}
    assert reasons[bad.subject_name] == "照片丢了"


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
    page = client.get("/stations/acceptances?subject=township_station").text
    assert "签发并打包这 1 份验收报告" in page
    answer = client.post("/stations/acceptances/reports?subject=township_station")
    assert answer.status_code == 303
    assert "/jobs/" in answer.location
    result = db.session.query(Upload).filter(Upload.media_type == uploads.ZIP).one()
    assert zipfile.is_zipfile(io.BytesIO(client.get(f"/files/{result.id}").data))
    assert "签发并打包" not in client.get("/stations/acceptances?subject=village_point").text
