"""What waits for a person: counted in their scope, led to where it is listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Actor, Role
from stations.models import ProjectStatus
from stations.models.acceptance import Decision
from stations.service.waiting import waiting_for
from tests.factories import acceptance as make
from tests.factories.acceptance import COUNTY, HUB, INSPECTOR, OFFICIAL, OTHER_MANAGER, TOWNSHIP_MANAGER
from tests.factories.accounts import create_user
from tests.factories.places import create_places
from tests.factories.projects import create_project

Login = Callable[[Any], FlaskClient]


def told(actor: Actor) -> dict[str, int]:
    return {str(item.label): item.count for item in waiting_for(actor)}


@pytest.mark.parametrize(
    "status, who, label",
    [
        (ProjectStatus.APPLIED, INSPECTOR, "项目等踏勘"),
        (ProjectStatus.SCORED, HUB, "项目等批复"),
        (ProjectStatus.APPROVED, TOWNSHIP_MANAGER, "项目批了，等开工"),
        (ProjectStatus.BUILDING, TOWNSHIP_MANAGER, "项目在建，等完工"),
    ],
)
def test_a_project_waits_for_the_one_who_is_next(session: Any, status: ProjectStatus, who: Actor, label: str) -> None:
    create_project(status=status)
    assert told(who) == {label: 1}
    for other in {INSPECTOR, HUB, TOWNSHIP_MANAGER} - {who}:
        assert told(other) == {}
    assert told(OTHER_MANAGER) == {}
    assert told(OFFICIAL) == {}


def test_an_acceptance_goes_round(session: Any) -> None:
    acceptance = make.create_acceptance()
    assert told(TOWNSHIP_MANAGER) == {"验收资料在整理": 1}
    make.fill(acceptance)
    make.service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=acceptance.id)
    assert told(INSPECTOR) == {"等现场查验": 1}
    assert told(TOWNSHIP_MANAGER) == {}


def test_the_last_problem_put_right_brings_it_back_to_the_hub(session: Any) -> None:
    acceptance = make.create_submitted()
    for item in list(acceptance.items):
        if not item.is_payment:
            make.judge(item)
    finding = make.create_finding(acceptance)
    make.close(acceptance)
    assert told(HUB) == {"等验收决定": 1}
    make.create_decision(acceptance, decision=Decision.RECTIFICATION)
    assert (told(HUB), told(TOWNSHIP_MANAGER)) == ({}, {"问题等整改": 1})
    make.service.rectify(
        actor=TOWNSHIP_MANAGER,
        request_id=None,
        finding_id=finding.id,
        measure="重做了",
        rectified_on=clock.today(),
        files=[make.photo()],
    )
    assert told(INSPECTOR) == {"整改好了，等复验": 1}
    make.service.reinspect(
        actor=INSPECTOR, request_id=None, finding_id=finding.id, good=True, remark="", inspected_on=clock.today()
    )
    assert told(HUB) == {"等验收决定": 1}


def test_the_hub_is_not_asked_to_do_a_townships_work(session: Any) -> None:
    make.create_acceptance()
    make.create_dossier()
    assert told(HUB) == {"验收资料在整理": 1}  # the county's own


def test_the_page_leads_to_the_list_that_shows_it(login: Login) -> None:
    create_project(status=ProjectStatus.APPLIED)
    inspector = login(create_user(role=Role.INSPECTOR, scope_code=COUNTY))
    page = inspector.get("/stations/work").text
    assert "项目等踏勘" in page
    assert "/stations/projects?status=applied" in page
    assert "龙潭镇电子商务综合服务站" in inspector.get("/stations/projects?status=applied").text
    assert "/stations/funds" not in page  # an inspector has no business with the money


def test_nothing_waits(login: Login) -> None:
    create_places()
    official = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))
    assert "现在没有等您办的事" in official.get("/stations/work").text
