"""The examples are walked by the real services, and walking them again changes nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.core import clock, documents, uploads
from app.core.audit import AuditEntry
from app.core.database import db
from stations.models.evaluation import EvaluationStatus
from stations.models.finding import FindingStatus
from stations.models.publicity import PublicityStatus
from stations.seed.evaluation import COUNTY, LINKS, PAPERS, PROVINCE, SELF, seed_evaluation
from stations.seed.publicity import seed_organisation, seed_publicity
from stations.service import evaluation as service
from stations.service import organisation, publicity
from tests.factories.acceptance import HUB, INSPECTOR, create_places

WHEN = clock.at_local(clock.today(), 9) - timedelta(days=60)
NOW = clock.at_local(clock.today(), 9)
pytestmark = pytest.mark.usefixtures("session")


def entries() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def test_an_evaluation_is_walked_to_its_publication_once() -> None:
    create_places()
    report = seed_evaluation(HUB, INSPECTOR, WHEN)
    evaluation = service.get_evaluation(HUB, report.evaluation_id)
    assert evaluation.status is EvaluationStatus.PUBLISHED
    keys = {leaf.key for leaf in evaluation.leaves}
    assert {*SELF, *COUNTY, *PROVINCE, *LINKS, *PAPERS} <= keys
    assert {row.status for row in evaluation.rectifications} == {FindingStatus.CLOSED}
    off = sum((Decimal(points) for points, _why in SELF.values()), Decimal(0))
    assert evaluation.steps[0].score == Decimal(110) - off
    assert documents.verify(uploads.open_bytes(report.document.upload)).finding is documents.Finding.GENUINE
    before = entries()
    assert seed_evaluation(HUB, INSPECTOR, WHEN).id == report.id
    assert entries() == before


def test_postings_and_register_are_filled_once() -> None:
    create_places()
    evaluation_id = seed_evaluation(HUB, INSPECTOR, WHEN).evaluation_id
    rows = seed_publicity(HUB, NOW, evaluation_id)
    assert [row.status for row in rows] == [PublicityStatus.CONCLUDED, PublicityStatus.CONCLUDED, PublicityStatus.OPEN]
    assert [len(row.objections) for row in rows] == [1, 0, 1]
    assert publicity.list_running(clock.today()) == [rows[-1]]
    seed_organisation(HUB, NOW)
    figures = organisation.overview(HUB)
    assert (figures.documents, figures.meetings, figures.rules, figures.checks) == (1, 2, 3, 3)
    assert figures.column.missing == ["验收结果"]
    before = entries()
    assert [row.id for row in seed_publicity(HUB, NOW, evaluation_id)] == [row.id for row in rows]
    seed_organisation(HUB, NOW)
    assert entries() == before
