"""Phone checks: whom a sample is drawn from, what calls leave behind, who is replaced, drawing again."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.flows.phone_checks import Wanted
from stations.models.phone_check import CallResult, PhoneCheck, PhoneCheckPerson, PhoneSubject
from stations.rules import sampling
from stations.service import phone_checks as service
from tests.factories import inspection as make
from tests.factories import trade, training
from tests.factories.inspection import HUB, INSPECTOR, MANAGER, OFFICIAL
from tests.factories.stations import OTHER_VILLAGE, VILLAGE
from trade.service.villagers import register_villager

pytestmark = pytest.mark.usefixtures("session")


def first(check: PhoneCheck) -> PhoneCheckPerson:
    return service.all_people(check)[0]


def call(person: PhoneCheckPerson, result: CallResult = CallResult.REACHED, **given: Any) -> Any:
    answers = {"knows": True, "satisfied": 4} if result is CallResult.REACHED else {}
    facts = {"actor": INSPECTOR, "request_id": None, "person_id": person.id, "result": result}
    return service.record_call(**(facts | answers | given))


# -- drawing -------------------------------------------------------------------------------------


def test_a_sample_is_what_the_seed_gives_and_is_kept_with_its_population() -> None:
    check = make.create_check()
    drawn = [str(p.subject_id) for p in service.all_people(check)]
    assert drawn == sampling.draw(check.population, 5, check.seed)
    assert (check.population_size, check.population_sha256) == (20, sampling.fingerprint(check.population))
    assert service.redraw_check(check).agrees
    assert "20 人里抽 5 人，种子 20261012" in audit.history(check)[0].text


@pytest.mark.parametrize(
    "given, field",
    [({"size": 21}, "sample_size"), ({"size": 0}, "sample_size"), ({"people": 0}, "subject"), ({"seed": ""}, "seed")],
)
def test_a_sample_that_cannot_be_is_told_at_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.create_check(**given)
    assert refused.value.field == field


def test_the_township_does_not_draw_on_itself() -> None:
    with pytest.raises(Forbidden):
        make.create_check(actor=MANAGER)


def test_a_second_drawing_among_the_same_people_is_seen() -> None:
    make.create_check()
    again = make.create_check(seed="another")
    assert service.drawings_before(again) == 1
    assert service.drawings_before(make.create_check(people=19)) == 0


def test_somebody_slipped_in_by_hand_is_found() -> None:
    check = make.create_check()
    outside = next(one for one in check.population if one not in {str(p.subject_id) for p in check.people})
    first(check).subject_id = uuid.UUID(outside)
    assert not service.redraw_check(check).agrees


# -- who may be called ---------------------------------------------------------------------------


def test_only_villagers_who_agreed_and_have_a_phone_are_drawn() -> None:
    actor = trade.operator_actor(VILLAGE)
    register_villager(actor=actor, name="张秀英", phone="13800000001", consent=True)
    register_villager(actor=actor, name="李大山", phone="13800000002", consent=False)
    register_villager(actor=actor, name="田玉兰", phone=None, consent=True)
    check = make.draw_through_flow(Wanted(PhoneSubject.STATION, station_id=actor.station_id))
    assert [(p.name, p.phone, p.place_name) for p in check.people] == [("张秀英", "13800000001", "龙潭镇花莲村")]
    assert check.population_size == 1
    assert check.division_code == VILLAGE


def test_a_round_is_checked_by_the_villagers_of_its_stations() -> None:
    make.create_network()
    here, there = trade.operator_actor(VILLAGE), trade.operator_actor(OTHER_VILLAGE)
    for n, actor in enumerate((here, there)):
        register_villager(actor=actor, name="张秀英", phone=f"1380000000{n}", consent=True)
    made = make.create_round()
    check = make.draw_through_flow(Wanted(PhoneSubject.ROUND, round_id=made.id), sample_size=2)
    assert {p.station_id for p in check.people} == {here.station_id, there.station_id}
    assert check.round_id == made.id


def test_trainees_are_drawn_once_however_often_they_came_and_not_when_struck() -> None:
    make.create_network()
    session, other = training.create_open_session(), training.create_open_session()
    came = training.create_attendance(session, name="冉大妹", phone="13700000001")
    training.create_attendance(other, name="冉大妹", phone="13700000001")
    struck = training.create_attendance(session, name="写错了", phone="13700000002")
    training.service.strike_out(actor=training.TRAINER, attendance_id=struck.id, reason="不是本人")
    one = make.draw_through_flow(Wanted(PhoneSubject.SESSION, session_id=session.id))
    assert [p.subject_id for p in one.people] == [came.trainee_id]
    span = Wanted(PhoneSubject.PERIOD, first_day=training.DAY, last_day=training.DAY)
    assert make.draw_through_flow(span).population == [str(came.trainee_id)]
    before = Wanted(PhoneSubject.PERIOD, first_day=date(2026, 1, 1), last_day=training.DAY - timedelta(days=1))
    with pytest.raises(InvalidInput, match="没有可以打电话的人"):
        make.draw_through_flow(before)


@pytest.mark.parametrize(
    "wanted, field",
    [
        (Wanted(PhoneSubject.STATION), "station_id"),
        (Wanted(PhoneSubject.ROUND), "round_id"),
        (Wanted(PhoneSubject.SESSION), "session_id"),
        (Wanted(PhoneSubject.PERIOD, first_day=date(2026, 1, 1)), "last_day"),
        (Wanted(PhoneSubject.PERIOD, first_day=date(2026, 1, 2), last_day=date(2026, 1, 1)), "last_day"),
    ],
)
def test_what_is_not_said_is_asked_for_at_its_field(wanted: Wanted, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.draw_through_flow(wanted)
    assert refused.value.field == field


def test_a_repeated_drawing_is_the_same_one_even_when_the_register_grew() -> None:
    actor = trade.operator_actor(VILLAGE)
    register_villager(actor=actor, name="张秀英", phone="13800000001", consent=True)
    request_id = uuid.uuid4()
    wanted = Wanted(PhoneSubject.STATION, station_id=actor.station_id)
    check = make.draw_through_flow(wanted, request_id=request_id)
    register_villager(actor=actor, name="李大山", phone="13800000002", consent=True)
    assert make.draw_through_flow(wanted, request_id=request_id).id == check.id
    with pytest.raises(Conflict):
        make.draw_through_flow(wanted, request_id=request_id, seed="8")


# -- calling -------------------------------------------------------------------------------------


def test_every_attempt_stays_and_the_last_counts() -> None:
    check = make.create_check()
    person = first(check)
    call(person, CallResult.NOT_REACHED)
    call(person, satisfied=5, remark="说取件方便")
    assert [c.result for c in person.calls] == [CallResult.NOT_REACHED, CallResult.REACHED]
    assert (person.result, person.knows, person.satisfied, person.attempts) == (CallResult.REACHED, True, 5, 2)
    found = service.figures_of(check)
    assert (found.reached, found.knows, found.satisfied) == ((1, 1), (1, 1), (1, 1))
    assert person.phone not in audit.history(check)[0].text


def test_who_was_not_reached_said_nothing() -> None:
    person = first(make.create_check())
    made = call(person, CallResult.NOT_REACHED, knows=True, satisfied=5)
    assert (made.knows, made.satisfied, person.knows) == (None, None, None)


def test_who_was_reached_was_asked() -> None:
    person = first(make.create_check())
    with pytest.raises(InvalidInput) as refused:
        call(person, knows=None)
    assert refused.value.field == "knows"
    assert person.attempts == 0


def test_calls_are_never_changed(session: Any) -> None:
    made = call(first(make.create_check()))
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text("UPDATE phone_check_call SET remark = 'x'"))
    assert made.remark == ""


def test_a_wrong_number_is_replaced_by_the_next_of_the_order() -> None:
    check = make.create_check()
    person = first(check)
    everybody = [make.person(n) for n in range(20)]
    facts = {"actor": INSPECTOR, "request_id": None, "person_id": person.id, "reachable": everybody}
    with pytest.raises(InvalidInput):
        service.replace_person(**facts, reason="不想打")
    call(person, CallResult.WRONG_NUMBER)
    with pytest.raises(InvalidInput) as refused:
        service.replace_person(**facts, reason=" ")
    assert refused.value.field == "reason"
    new = service.replace_person(**facts, reason="空号")
    assert str(new.subject_id) == sampling.order(check.population, check.seed)[5]
    assert (new.position, new.replaces_position) == (6, 1)
    assert service.redraw_check(check).agrees
    with pytest.raises(InvalidInput, match="已经换过人"):
        service.replace_person(**facts, reason="再换")
    with pytest.raises(InvalidInput, match="已经换人"):
        call(person)


def test_who_left_the_register_is_passed_over_and_nobody_is_left_at_the_end() -> None:
    check = make.create_check(people=7, size=5)
    order = sampling.order(check.population, check.seed)
    staying = [p for p in (make.person(n) for n in range(7)) if str(p.id) != order[5]]
    persons = service.all_people(check)
    for person in persons[:2]:
        call(person, CallResult.REFUSED)
    facts = {"actor": INSPECTOR, "request_id": None, "reachable": staying, "reason": "不愿说"}
    new = service.replace_person(**facts, person_id=persons[0].id)
    assert str(new.subject_id) == order[6]
    assert service.redraw_check(check).agrees
    with pytest.raises(InvalidInput, match="没有人可以换"):
        service.replace_person(**facts, person_id=persons[1].id)


def test_the_official_reads_and_does_not_call() -> None:
    check = make.create_check()
    assert service.get_check(OFFICIAL, check.id) is check
    with pytest.raises(Forbidden):
        call(first(check), actor=OFFICIAL)
    with pytest.raises(Forbidden):
        service.get_check(MANAGER, check.id)


def test_another_county_finds_nothing() -> None:
    check = make.create_check()
    stranger = make.Actor(uuid.uuid4(), "外县", make.Role.INSPECTOR, "500243000000")
    with pytest.raises(NotFound):
        service.get_check(stranger, check.id)
    with pytest.raises(NotFound):
        service.get_person(stranger, first(check).id)


def test_who_is_to_be_called_next() -> None:
    check = make.create_check()
    people = service.all_people(check)
    call(people[0])
    call(people[1], CallResult.NOT_REACHED)
    following = service.next_to_call(check, 0)
    assert following is not None
    assert following.position == 3
    waiting = make.db.session.scalars(service.query_people(check.id, waiting=True)).all()
    assert [p.position for p in waiting] == [2, 3, 4, 5]


def test_checks_are_listed_with_how_far_they_are() -> None:
    check = make.create_check()
    call(first(check))
    rows = make.db.session.execute(service.query_checks(HUB, q="石营")).all()
    assert [(row[0].id, row.called, row.reached) for row in rows] == [(check.id, 1, 1)]
    assert make.db.session.execute(service.query_checks(HUB, subject=PhoneSubject.SESSION)).all() == []
