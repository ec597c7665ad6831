"""Many verification reports at once: one job, one ZIP with a list in it."""

from __future__ import annotations

import tempfile
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock, documents, ids, jobs, uploads
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.documents import DocumentStatus, IssuedDocument
from app.core.errors import DomainError, InvalidInput
from app.core.idempotency import idempotent
from app.core.sheets import Column, write_xlsx
from app.core.uploads import Upload
from app.flows.verification_reports.issue import issue_report
from stations.models.acceptance import ACCEPTANCE_OVER, Acceptance
from stations.permissions import ACCEPTANCE_DECIDE
from stations.service import acceptance as service

KIND = "stations.verification_reports"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say: the same reports give the same ZIP
COLUMNS = (
    Column("名称"),
    Column("类型"),
    Column("站点编号"),
    Column("所在地"),
    Column("结论"),
    Column("报告编号"),
    Column("签发日期", "date"),
    Column("文件"),
    Column("文件 SHA-256"),
    Column("没有签发的原因"),
)


@dataclass(frozen=True)
class _Made:
    """What came of one acceptance: its document, or why there is none."""

    acceptance: Acceptance
    document: IssuedDocument | None
    why_not: str = ""

    @property
    def filename(self) -> str:
        if self.document is None:
            return ""
        name = "".join("·" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in self.acceptance.subject_name)
        return f"{self.acceptance.station_code or self.document.number}-{name}.pdf"

    def row(self) -> list[Any]:
        """Its line in the list, as COLUMNS name the cells."""
        a, document = self.acceptance, self.document
        return [
            a.subject_name,
            str(a.subject.label),
            a.station_code,
            a.place_name,
            str(a.status.label),
            ids.grouped(document.number) if document else "",
            clock.local(document.issued_at).date() if document else None,
            self.filename,
            document.file_sha256 if document else "",
            self.why_not,
        ]


@command
@idempotent
def start_reports(*, actor: Actor, request_id: uuid.UUID | None, **wanted: Any) -> jobs.Job:
    """Issue the reports of all decided acceptances among ``wanted`` (as ``query_acceptances`` takes them).

    Those that have a valid report keep it and are put into the ZIP as they were issued. Raises InvalidInput when none
    is decided.
    """
    actor.require(ACCEPTANCE_DECIDE)
    found = [a.id for a, *_counts in db.session.execute(_decided(actor, **wanted))]
    if not found:
        raise InvalidInput(_l("这里没有已经决定的验收，还不能签发报告。"))
    label = _l("签发 %(n)s 份验收报告", n=len(found))
    return jobs.start(actor, KIND, label, acceptances=[str(key) for key in found])


def _decided(actor: Actor, **wanted: Any) -> Any:
    query = service.query_acceptances(actor, **wanted).where(Acceptance.status.in_(ACCEPTANCE_OVER))
    return query.order_by(None).order_by(Acceptance.division_code, Acceptance.id)


def count_decided(actor: Actor, **wanted: Any) -> int:
    """How many reports :func:`start_reports` would put into the ZIP."""
    query = _decided(actor, **wanted).order_by(None).with_only_columns(sa.func.count(Acceptance.id))
    return db.session.scalar(query) or 0


@jobs.kind(KIND, _l("签发验收报告"))
def _issue_all(progress: jobs.Progress, *, acceptances: Sequence[str]) -> Upload:
    """One report after the other, each in its own transaction: what is issued stays when the person stops the job."""
    listed: list[list[Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reports.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for n, key in enumerate(acceptances):
                made = _issue_one(progress.actor, uuid.UUID(key))
                progress.step(n + 1, len(acceptances), f"{n + 1} / {len(acceptances)} {made.acceptance.subject_name}")
                _put(archive, made)
                listed.append(made.row())
            sheet = write_xlsx("验收报告清单", COLUMNS, listed, at=clock.now())
            archive.writestr(zipfile.ZipInfo("清单.xlsx", EPOCH), sheet)
        return _keep(progress.actor, path)


def _issue_one(actor: Actor, acceptance_id: uuid.UUID) -> _Made:
    acceptance = service.get_acceptance(actor, acceptance_id)
    document = service.find_report(acceptance)
    if document is not None and document.status is DocumentStatus.VALID:
        return _Made(acceptance, document)
    try:
        issued = issue_report(actor=actor, request_id=None, acceptance_id=acceptance_id)
    except documents.NoKey:
        raise
    except DomainError as error:  # one that can't be made doesn't hold up the others
        return _Made(service.get_acceptance(actor, acceptance_id), None, str(error.message))
    return _Made(service.get_acceptance(actor, acceptance_id), issued)


def _put(archive: zipfile.ZipFile, made: _Made) -> None:
    if made.document is not None:
        archive.writestr(zipfile.ZipInfo(made.filename, EPOCH), uploads.open_bytes(made.document.upload))


@command
def _keep(actor: Actor, path: Path) -> Upload:
    name = f"验收报告-{clock.today().isoformat()}.zip"
    return uploads.store_file(actor, path, name, uploads.ZIP, actor.scope_code)
