"""Postings, objections and organisation records for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.core import clock
from stations.models.organisation import OrganisationRecord, RecordKind
from stations.models.publicity import Objection, Publicity, PublicitySubject
from stations.service import organisation
from stations.service import publicity as service
from tests.factories.acceptance import HUB, create_places


def create_publicity(**overrides: Any) -> Publicity:
    """Posted today for seven days."""
    create_places()
    facts = {
        "actor": HUB,
        "request_id": None,
        "subject": PublicitySubject.ACCEPTANCE,
        "title": "2026 年第一批乡镇站验收结果公示",
        "text": "经验收，龙潭镇等 3 个乡镇综合服务站合格。\n受理电话：023-75551234。",
        "reference": "县商务〔2026〕31 号",
        "places": "县政府网站、各乡镇公示栏",
        "starts_on": clock.today(),
        "ends_on": clock.today() + timedelta(days=6),
    }
    return service.post(**(facts | overrides))


def create_objection(publicity: Publicity, **overrides: Any) -> Objection:
    """From somebody who left name and phone."""
    facts = {
        "request_id": None,
        "publicity_id": publicity.id,
        "text": "花莲村的站没有开门，我去过两次。",
        "name": "冉大姐",
        "phone": "13896547210",
    }
    return service.raise_objection(**(facts | overrides))


def answer(objection: Objection, **overrides: Any) -> Objection:
    """A public answer by the hub."""
    facts = {
        "actor": HUB,
        "request_id": None,
        "objection_id": objection.id,
        "answer": "已到现场核实，站点因停电关门一天，现正常营业。",
        "public": True,
    }
    return service.answer_objection(**(facts | overrides))


def create_record(**overrides: Any) -> OrganisationRecord:
    """A meeting of today."""
    create_places()
    facts = {
        "actor": HUB,
        "request_id": None,
        "kind": RecordKind.MEETING,
        "title": "领导小组第一次会议",
        "dated_on": clock.today(),
        "place": "县政府三楼会议室",
        "participants": 18,
    }
    return organisation.add_record(**(facts | overrides))


def publish(key: str = "plan", **overrides: Any) -> OrganisationRecord:
    """Something in the public column."""
    facts = {
        "kind": RecordKind.PUBLIC_COLUMN,
        "title": "实施方案",
        "column_key": key,
        "text": "方案全文见附件。",
        "place": "",
        "participants": None,
    }
    return create_record(**(facts | overrides))
