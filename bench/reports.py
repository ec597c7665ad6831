"""238 verification reports as one job, against bare reportlab documents of the same pages.

One acceptance is walked through the services; the other 237 are copies of its rows, so that the job has as many
dossiers to read, photos to set and documents to sign. The bare document has the same lines of text in the same font
and the same photos at the same number on each page: no tables, no database, no signature.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import sqlalchemy as sa
from flask import Flask
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app import create_app
from app.cli.setting_up import prepare_database
from app.core import clock, ids, jobs, uploads
from app.core.access import SYSTEM, Actor, Role
from app.core.database import Base, db
from app.core.jobs import Job
from app.core.pdf import fonts
from app.flows.load_county import load_county
from app.flows.verification_reports import start_reports
from stations import service as stations
from stations.models import Level, Station, StationKind
from stations.models.acceptance import Acceptance
from stations.seed.acceptance import seed_acceptance

ROOT = Path(__file__).resolve().parents[1]
REPORTS = 238
DAYS = 200  # since the points were planned
COUNTY = "500242000000"
COPIED = {"acceptance", "construction_project"}  # with whatever hangs on them


@dataclass(frozen=True)
class Measured:
    """What the job took, in seconds and bytes, and one of its reports."""

    seconds: float
    zip_bytes: int
    peak_bytes: int
    report: bytes


def application(folder: Path) -> Flask:
    """The application on a folder of its own."""
    return create_app(
        DATA_DIR=str(folder),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'xiangyi.db'}",
        SECRET_KEY="bench",
        JOBS="inline",
        REDIS_URL=None,
        RATELIMIT_STORAGE_URI="memory://",
    )


def prepare(folder: Path) -> None:
    """A county with 238 accepted village points, their reports not yet issued."""
    with application(folder).app_context():
        prepare_database()
        load_county(actor=SYSTEM, directory=ROOT / "data" / "counties" / "500242")
        villages = stations.list_divisions(Level.VILLAGE, COUNTY)[:REPORTS]
        points = [
            stations.register_station(
                actor=SYSTEM,
                request_id=None,
                kind=StationKind.VILLAGE_POINT,
                division_code=village.code,
                planned_on=clock.today() - timedelta(days=DAYS),
            )
            for village in villages
        ]
        people = (
            Actor(uuid.uuid4(), "向秀英", Role.TOWNSHIP_MANAGER, villages[0].code[:9] + "000"),
            Actor(uuid.uuid4(), "谭春梅", Role.INSPECTOR, COUNTY),
            Actor(uuid.uuid4(), "县中心管理员", Role.COUNTY_ADMIN, COUNTY),
        )
        seed_acceptance(*people, points[0].id, clock.now() - timedelta(days=60))
        _copy([point.id for point in points])


def _copy(stations_ids: list[uuid.UUID]) -> None:
    walked = db.session.scalars(sa.select(Acceptance)).one()
    source = {station.id: station for station in db.session.scalars(sa.select(Station))}
    rows = _rows_of(walked)
    for n, station_id in enumerate(stations_ids):
        if n:
            _insert(rows, source[station_id], n)
    db.session.execute(sa.update(Acceptance).values(document_id=None))
    db.session.commit()


def _rows_of(walked: Acceptance) -> list[tuple[sa.Table, dict[str, Any]]]:
    """The rows of the acceptance and its project, with all that hangs on them, in the order of their foreign keys."""
    kept: dict[Any, str] = {walked.id: "acceptance", walked.project_id: "construction_project"}
    found: list[tuple[sa.Table, dict[str, Any]]] = []
    for table in Base.metadata.sorted_tables:
        links = [c for c in table.c if any(fk.column.table.name != "station" for fk in c.foreign_keys)]
        for row in db.session.execute(sa.select(table)).mappings():
            if table.name in COPIED or any(row[c.name] in kept for c in links):
                kept[row.get("id")] = table.name
                found.append((table, dict(row)))
    return found


def _insert(rows: list[tuple[sa.Table, dict[str, Any]]], station: Station, n: int) -> None:
    new = {row["id"]: ids.new_id() for _table, row in rows if isinstance(row.get("id"), uuid.UUID)}
    for table, row in rows:
        copy = {name: new.get(value, value) if isinstance(value, uuid.UUID) else value for name, value in row.items()}
        copy |= {"station_id": station.id} if "station_id" in copy else {}
        copy |= {"division_code": station.division_code} if "division_code" in copy else {}
        for name in ("number", "asset_number"):
            if isinstance(copy.get(name), str):
                copy[name] = f"{600 + n}{copy[name][3:]}"  # unique, as long as before
        if table.name == "acceptance":
            copy |= {"subject_name": station.name, "station_code": station.code, "document_id": None}
        db.session.execute(sa.insert(table), [copy])


def run_job(folder: Path) -> dict[str, Any]:
    """The job in this process; what it took."""
    with application(folder).app_context():
        hub = Actor(None, "县中心管理员", Role.COUNTY_ADMIN, COUNTY)
        begun = time.perf_counter()
        job_id = start_reports(actor=hub, request_id=None).id
        seconds = time.perf_counter() - begun
        job = db.session.get_one(Job, job_id, populate_existing=True)
        if job.status is not jobs.JobStatus.DONE or job.result is None:
            raise RuntimeError(f"{job.status} {job.message}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {"seconds": seconds, "peak": peak, "path": str(uploads.path_of(job.result))}


def measure() -> Measured:
    """Prepare, run the job in a process of its own, read its ZIP."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        done = subprocess.run(
            [sys.executable, "-m", "bench.reports", folder], capture_output=True, text=True, check=True
        )
        told = json.loads(done.stdout.splitlines()[-1])
        path = Path(told["path"])
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".pdf")]
            if len(names) != REPORTS:
                raise RuntimeError(f"{len(names)} reports of {REPORTS}")
            return Measured(told["seconds"], path.stat().st_size, told["peak"], archive.read(names[0]))


def bare_seconds(report: bytes) -> float:
    """Writing as many documents of the same pages with reportlab alone."""
    pages = [
        (page.extract_text().splitlines(), [ImageReader(io.BytesIO(image.data)) for image in page.images])
        for page in pypdf.PdfReader(io.BytesIO(report)).pages
    ]
    font = fonts.current().name
    begun = time.perf_counter()
    for _report in range(REPORTS):
        canvas = Canvas(io.BytesIO(), pagesize=A4)
        for lines, images in pages:
            canvas.setFont(font, 9)
            for n, line in enumerate(lines):
                canvas.drawString(56, 790 - 12 * n, line)
            for n, image in enumerate(images):
                canvas.drawImage(image, 56 + 240 * (n % 2), 60 + 180 * (n // 2), 220, 165)
            canvas.showPage()
        canvas.save()
    return time.perf_counter() - begun


def main() -> None:
    """Print the row."""
    ours = measure()
    bare = bare_seconds(ours.report)
    print(
        f"{REPORTS} verification reports as one job: {REPORTS / ours.seconds:.1f} reports/s, "
        f"ZIP {ours.zip_bytes / 1e6:.1f} MB, peak memory {ours.peak_bytes / 1e6:.0f} MB; "
        f"{ours.seconds:.1f} s / bare reportlab {bare:.1f} s = {ours.seconds / bare:.2f}"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(run_job(Path(sys.argv[1]))))
    else:
        main()
