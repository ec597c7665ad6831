"""Organisation records and the indicators A1, A3, A4, A5."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import audit, clock
from app.core.access import Actor, Role
from app.core.errors import Forbidden, InvalidInput, NotFound
from stations.models.organisation import RecordKind
from stations.rules import publicity as rules
from stations.rules.publicity import Requirement
from stations.service import organisation as service
from tests.factories import publicity as make
from tests.factories.acceptance import HUB, INSPECTOR, OFFICIAL, paper

OTHER_COUNTY = Actor(uuid.UUID(int=9), "邻县", Role.COUNTY_ADMIN, "500243000000")
in_database = pytest.mark.usefixtures("session")


@pytest.mark.parametrize(
    "kind, place, participants, field",
    [
        (RecordKind.MEETING, "会议室", 12, None),
        (RecordKind.MEETING, " ", 12, "place"),
        (RecordKind.MEETING, "会议室", None, "participants"),
        (RecordKind.MEETING, "会议室", 0, "participants"),
        (RecordKind.ONSITE_CHECK, "", None, "place"),
        (RecordKind.ONSITE_CHECK, "龙潭镇", None, None),
        (RecordKind.RULE_FUNDS, "", None, None),
        (RecordKind.RULE_FUNDS, "", 10_000, "participants"),
    ],
)
def test_what_a_record_needs(kind: RecordKind, place: str, participants: int | None, field: str | None) -> None:
    if field is None:
        rules.check_record(kind, place, participants)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_record(kind, place, participants)
    assert refused.value.field == field


@pytest.mark.parametrize("url, good", [
    ("", True), ("https://www.youyang.gov.cn/a?b=1", True), ("http://example.cn", True),
    ("www.example.cn", False), ("javascript:alert(1)", False), ("https://", False), ("ftp://example.cn", False),
    ("https://a b", False), ("https://[bad", False), ("https://user@evil.example", False),
])  # fmt: skip
def test_addresses(url: str, good: bool) -> None:
    if good:
        rules.check_url(url)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_url(url)
    assert refused.value.field == "url"


KEYS = ("plan", "tender", "payment", "progress")
REQUIRED = [Requirement(key, key, "", date(2019, 1, 1)) for key in KEYS]


@given(st.lists(st.sampled_from((*KEYS, "extra"))))
def test_published_counts_a_required_content_once(keys: list[str]) -> None:
    there, required = rules.published(REQUIRED, keys)
    assert required == 4
    assert there == len(set(keys) - {"extra"}) <= required


def test_requirements_hold_from_day_to_day() -> None:
    old = Requirement("old", "旧", "", date(2019, 1, 1), date(2026, 1, 1))
    assert rules.requirements_on([old, *REQUIRED], date(2025, 12, 31))[0] is old
    assert rules.requirements_on([old, *REQUIRED], date(2026, 1, 1)) == REQUIRED
    assert {"tender", "plan", "payment", "progress"} <= {r.key for r in service.requirements()}


@in_database
def test_a_record_is_struck_out_and_never_gone() -> None:
    row = make.create_record(files=[paper("纪要")])
    assert row.upload is not None
    with pytest.raises(InvalidInput):
        service.void_record(actor=HUB, request_id=None, record_id=row.id, reason=" ")
    service.void_record(actor=HUB, request_id=None, record_id=row.id, reason="日期写错，重新登记")
    assert audit.history(row)[0].text == "作废会议“领导小组第一次会议”：日期写错，重新登记"
    assert service.export_rows(HUB) == []
    (line,) = service.export_rows(HUB, voided=True)
    assert line[-1] == "日期写错，重新登记"
    with pytest.raises(NotFound):
        service.void_record(actor=HUB, request_id=None, record_id=row.id, reason="又一次")


@in_database
@pytest.mark.parametrize(
    "facts, field",
    [
        ({"dated_on": clock.today() + timedelta(days=1)}, "dated_on"),
        ({"place": ""}, "place"),
        ({"url": "youyang.gov.cn"}, "url"),
        ({"kind": RecordKind.PUBLIC_COLUMN}, "column_key"),
        ({"kind": RecordKind.PUBLIC_COLUMN, "column_key": "nothing"}, "column_key"),
        ({"kind": RecordKind.PUBLIC_COLUMN, "column_key": "plan"}, "text"),
        ({"kind": RecordKind.PUBLIC_COLUMN, "column_key": "plan", "text": "打 13896547210"}, "text"),
    ],
)
def test_a_wrong_record_is_refused_at_the_field(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.create_record(**facts)
    assert refused.value.field == field
    assert service.export_rows(HUB) == []


@in_database
def test_only_one_file_to_a_record() -> None:
    with pytest.raises(InvalidInput) as refused:
        make.create_record(files=[paper("一"), paper("二")])
    assert refused.value.field == "file"


@in_database
@pytest.mark.parametrize("actor", [OFFICIAL, INSPECTOR])
def test_only_the_hub_keeps_the_register(actor: Actor) -> None:
    row = make.create_record()
    with pytest.raises(Forbidden):
        make.create_record(actor=actor)
    with pytest.raises(Forbidden):
        service.void_record(actor=actor, request_id=None, record_id=row.id, reason="不行")


@in_database
def test_the_figures_lead_to_their_lines() -> None:
    last_year = clock.today().replace(year=clock.today().year - 1, day=1)
    make.create_record()
    make.create_record(dated_on=last_year, title="去年的会议")
    make.create_record(kind=RecordKind.LEADING_GROUP_DOCUMENT, title="成立领导小组的通知", participants=None)
    make.create_record(kind=RecordKind.RULE_FUNDS, title="资金管理办法", participants=None)
    make.create_record(kind=RecordKind.RULE_OTHER, title="档案制度", participants=None)
    make.create_record(kind=RecordKind.ONSITE_CHECK, title="督导龙潭镇", dated_on=last_year)
    figures = service.overview(HUB)
    assert (figures.documents, figures.meetings, figures.rules, figures.checks) == (1, 2, 2, 1)
    assert figures.rules_missing == [RecordKind.RULE_PROJECTS, RecordKind.RULE_ASSETS]
    for count, kinds in ((2, [RecordKind.MEETING]), (2, service.RULES), (1, [RecordKind.ONSITE_CHECK])):
        assert len(service.export_rows(HUB, kinds=kinds)) == count
    this_year = service.overview(HUB, clock.today().year)
    assert (this_year.meetings, this_year.checks, this_year.rules) == (1, 0, 2)
    before = service.overview(HUB, last_year.year)
    assert (before.meetings, before.checks, before.documents, before.rules) == (1, 1, 0, 0)
    assert service.overview(OTHER_COUNTY).documents == 0


@in_database
def test_the_column_says_what_is_there_and_what_is_missing() -> None:
    required = len(service.requirements())
    empty = service.public_column()
    assert (empty.there, empty.required, empty.updated_on) == (0, required, None)
    make.publish("plan")
    older = clock.today() - timedelta(days=20)
    make.publish("payment", title="一季度拨付", dated_on=older)
    make.publish("payment", title="二季度拨付", url="https://www.example.gov.cn/2", text="")
    column = service.public_column()
    assert (column.there, column.required, column.updated_on) == (2, required, clock.today())
    assert "资金拨付" not in column.missing
    assert len(column.missing) == required - 2
    payments = next(entry for entry in column.entries if entry.requirement.key == "payment")
    assert [row.title for row in payments.items] == ["二季度拨付", "一季度拨付"]
    service.void_record(actor=HUB, request_id=None, record_id=payments.items[0].id, reason="重复")
    with pytest.raises(NotFound):
        service.get_public_record(payments.items[0].id)
    assert service.get_public_record(payments.items[1].id).title == "一季度拨付"


@in_database
def test_what_is_not_in_the_column_is_not_public() -> None:
    row = make.create_record()
    with pytest.raises(NotFound):
        service.get_public_record(row.id)
    with pytest.raises(NotFound):
        service.get_record(OTHER_COUNTY, row.id)


@in_database
@pytest.mark.parametrize(
    "wanted, found",
    [({}, 1), ({"text": "领导"}, 1), ({"text": "三楼 第一次"}, 1), ({"text": "没有的"}, 0), ({"year": 2001}, 0),
     ({"year": clock.today().year}, 1), ({"kinds": [RecordKind.MEETING]}, 1), ({"kinds": service.RULES}, 0)],
)  # fmt: skip
def test_the_register_is_filtered(wanted: dict[str, Any], found: int) -> None:
    make.create_record()
    assert len(service.export_rows(HUB, **wanted)) == found
