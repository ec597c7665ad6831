"""The inspector looks at a site and gives points."""

from __future__ import annotations

import functools
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files as resources

from flask_babel import lazy_gettext as _l

from app.core import clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from stations.models import (
    PROJECT_MOVES,
    ConstructionProject,
    ProjectStage,
    ProjectStatus,
    SiteScore,
    SiteVisit,
    StationKind,
)
from stations.permissions import PROJECT_SCORE
from stations.rules import acceptance as dates
from stations.rules import projects as rules
from stations.rules import site
from stations.service.arriving import Incoming
from stations.service.projects import gate


@functools.cache
def criteria_lists() -> tuple[site.CriteriaList, ...]:
    """All lists of ``stations/data/site_criteria.toml``. Raises ValueError or KeyError for a broken file."""
    text = (resources("stations") / "data" / "site_criteria.toml").read_text(encoding="utf-8")
    return tuple(
        site.CriteriaList(
            key=entry["key"],
            kind=StationKind(entry["kind"]),
            title=entry["title"],
            valid_from=entry["valid_from"],
            valid_to=entry.get("valid_to"),
            pass_mark=entry["pass_mark"],
            criteria=tuple(site.Criterion(**criterion) for criterion in entry["criteria"]),
        )
        for entry in tomllib.loads(text)["list"]
    )


def criteria_of(project: ConstructionProject) -> site.CriteriaList:
    """The list that holds today for the project's kind of station. Raises InvalidInput when there is none."""
    found = site.criteria_for(criteria_lists(), project.station.kind, clock.today())
    if found is None:
        raise InvalidInput(_l("“%(kind)s”还没有选址评分表。", kind=project.station.kind.label))
    return found


@command
@idempotent
def score_site(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    project_id: uuid.UUID,
    visited_on: date,
    points: Mapping[str, int | None],
    remarks: Mapping[str, str],
    opinion: str,
    files: Sequence[Incoming] = (),
) -> SiteVisit:
    """Keep the points of a visit, with photos; every criterion gets some. A later visit replaces what this one says.

    Raises NotFound, ProjectClosed, InvalidInput at ``visited_on``, ``files``, or the key of a criterion.
    """
    actor.require(PROJECT_SCORE)
    project = gate.enter(actor, project_id, rules.SCORABLE)
    dates.check_not_future(visited_on, clock.today(), "visited_on")
    last = project.visit
    dates.check_order(last.visited_on if last else project.applied_on, visited_on, "visited_on")
    criteria = criteria_of(project)
    total = site.check_points(criteria, points)
    visit = _visit(actor, project, criteria, total, visited_on, opinion, points, remarks)
    gate.attach(actor, project, files, stage=ProjectStage.SITE, visit=visit)
    if not any(file.visit_id == visit.id for file in project.files):
        raise InvalidInput(_l("请拍至少一张选址的照片。"), field="files")
    if project.status is ProjectStatus.APPLIED:
        PROJECT_MOVES.check(project.status, ProjectStatus.SCORED)
        project.status = ProjectStatus.SCORED
    result = "及格" if visit.is_passed else "不及格"
    gate.note(actor, project, "scored", f"踏勘 {project.station_name}：{total} / {criteria.most} 分，{result}")
    db.session.flush()
    db.session.expire(project, ["visits"])
    return visit


def _visit(
    actor: Actor,
    project: ConstructionProject,
    criteria: site.CriteriaList,
    total: int,
    visited_on: date,
    opinion: str,
    points: Mapping[str, int | None],
    remarks: Mapping[str, str],
) -> SiteVisit:
    visit = SiteVisit(
        id=ids.new_id(),
        recorded_at=clock.now(),
        project_id=project.id,
        visited_on=visited_on,
        criteria_key=criteria.key,
        points=total,
        most=criteria.most,
        pass_mark=criteria.pass_mark,
        opinion=opinion.strip(),
        inspector_name=actor.name,
    )
    db.session.add(visit)
    db.session.flush()
    for n, criterion in enumerate(criteria.criteria, 1):
        db.session.add(
            SiteScore(
                recorded_at=clock.now(),
                visit_id=visit.id,
                position=n,
                key=criterion.key,
                label=criterion.label,
                points=points[criterion.key],
                most=criterion.most,
                remark=(remarks.get(criterion.key) or "").strip(),
            )
        )
    db.session.flush()
    return visit
