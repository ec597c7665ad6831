from __future__ import annotations

import random
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock, ids
from app.core.access import SYSTEM
from app.core.database import db
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.moves import IllegalMove
from tests.factories.stations import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, SECOND_VILLAGE, TOWNSHIP, VILLAGE
from tests.factories.training import (
    DAY,
    OFFICIAL,
    OPERATOR,
    OTHER_TRAINER,
    TOWN_TRAINER,
    TRAINER,
    create_attendance,
    create_open_session,
    create_session,
    create_trainee,
    move,
)
from tests.tools import need
from training import service
from training.errors import AlreadySignedIn, SignInClosed, TooEarly
from training.models import Attendance, Course, SessionStatus, Trainee, TraineeCategory
from training.rules import Turnout
from training.seed import seed_training
from training.service import Person, SessionFilter

pytestmark = pytest.mark.usefixtures("county")
S = SessionStatus
LI = {"name": "李大山", "phone": "13812341234"}


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# -- planning and moving ------------------------------------------------------------------------


def test_a_course_is_made_once_however_often_it_is_held() -> None:
    first, second = create_session(), create_session(course_name=" 手机开网店入门 ", starts_at=clock.at_local(DAY, 14))
    assert first.course_id == second.course_id
    assert count(Course) == 1


def test_planning_twice_with_one_request_plans_once() -> None:
    request_id = ids.new_id()
    assert create_session(request_id=request_id).id == create_session(request_id=request_id).id
    with pytest.raises(Conflict):
        create_session(request_id=request_id, place="别处")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"hours": 0}, "hours"), ({"hours": 81}, "hours"), ({"division_code": "500242999000"}, "division_code")],
)
def test_a_session_that_can_not_be(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_session(**changes)
    assert refused.value.field == field


def test_who_may_plan_where() -> None:
    assert create_session(actor=TOWN_TRAINER).division_code == TOWNSHIP
    with pytest.raises(NotFound):
        create_session(actor=OTHER_TRAINER)
    for reader in (OFFICIAL, OPERATOR):
        with pytest.raises(Forbidden):
            create_session(actor=reader)


@pytest.mark.parametrize(
    ("moves", "allowed"),
    [
        ([S.OPEN, S.CLOSED, S.OPEN, S.CLOSED], True),
        ([S.CANCELLED], True),
        ([S.CLOSED], False),
        ([S.OPEN, S.CANCELLED], False),
        ([S.CANCELLED, S.OPEN], False),
    ],
)
def test_moves_of_a_session(moves: list[SessionStatus], allowed: bool) -> None:
    session = create_session()
    for status in moves[:-1]:
        move(session, status, reason="停电")
    if allowed:
        assert move(session, moves[-1], reason="停电").status is moves[-1]
    else:
        with pytest.raises(IllegalMove):
            move(session, moves[-1], reason="停电")


def test_cancelling_takes_a_reason() -> None:
    session = create_session()
    with pytest.raises(InvalidInput):
        move(session, S.CANCELLED, reason=" ")
    assert "停电" in audit.history(move(session, S.CANCELLED, reason="停电"))[0].text


def test_signing_in_opens_on_the_day_not_before() -> None:
    session = create_session()
    with clock.at(clock.at_local(DAY - timedelta(days=1), 23)), pytest.raises(TooEarly):
        service.move_session(actor=TRAINER, request_id=None, session_id=session.id, new_status=S.OPEN)
    with clock.at(clock.at_local(DAY, 0, 5)):
        service.move_session(actor=TRAINER, request_id=None, session_id=session.id, new_status=S.OPEN)


def test_other_townships_sessions_do_not_exist_and_readers_move_nothing() -> None:
    session = create_session()
    with pytest.raises(NotFound):
        service.get_session(OTHER_TRAINER, session.id)
    for actor, error in ((OTHER_TRAINER, NotFound), (OFFICIAL, Forbidden), (OPERATOR, Forbidden)):
        with pytest.raises(error):
            service.move_session(actor=actor, request_id=None, session_id=session.id, new_status=S.OPEN)


def test_a_villages_operator_knows_of_the_townships_sessions_but_not_who_came() -> None:
    session = create_session()
    assert service.get_session(OPERATOR, session.id) is session
    assert not service.may_see_names(OPERATOR, session)
    assert service.may_see_names(TOWN_TRAINER, session)


# -- signing in ------------------------------------------------------------------------------------


def test_one_person_at_two_sessions_is_two_person_times() -> None:
    for hour in (9, 14):
        create_attendance(create_open_session(starts_at=clock.at_local(DAY, hour)), **LI)
    assert service.turnout(TRAINER) == Turnout(person_times=2, persons=1)


def test_the_same_session_twice_is_one() -> None:
    session = create_open_session()
    create_attendance(session, **LI)
    with pytest.raises(AlreadySignedIn) as refused:
        create_attendance(session, name="李 大山", phone=LI["phone"])
    assert refused.value.field == "name"
    assert service.turnout(TRAINER) == Turnout(1, 1)


def test_a_double_tap_signs_in_once() -> None:
    session, request_id = create_open_session(), ids.new_id()
    first = create_attendance(session, request_id=request_id, **LI)
    assert create_attendance(session, request_id=request_id, **LI).id == first.id


def test_one_phone_in_a_family_is_two_persons() -> None:
    session = create_open_session()
    create_attendance(session, **LI)
    create_attendance(session, name="王桂芳", phone=LI["phone"])
    assert service.turnout(TRAINER) == Turnout(2, 2)


@pytest.mark.parametrize("status", [S.PLANNED, S.CLOSED, S.CANCELLED])
def test_nobody_signs_in_unless_the_list_is_open(status: SessionStatus) -> None:
    session = create_session()
    for step in {S.CLOSED: [S.OPEN, S.CLOSED], S.CANCELLED: [S.CANCELLED]}.get(status, []):
        move(session, step, reason="停电")
    with pytest.raises(SignInClosed):
        create_attendance(session)
    with pytest.raises(SignInClosed):
        create_attendance(session, actor=SYSTEM, by_themselves=True)


def test_people_sign_themselves_in_around_the_session_only() -> None:
    session = create_open_session()
    facts = {"actor": SYSTEM, "request_id": None, "session_id": session.id, "division_code": VILLAGE}
    facts |= {"category": TraineeCategory.FARMER, "by_themselves": True} | LI
    with clock.at(clock.at_local(DAY, 17)), pytest.raises(SignInClosed):
        service.sign_in(**facts)
    with clock.at(clock.at_local(DAY, 8, 30)):
        assert service.sign_in(**facts).signed_by == "李大山"


def test_who_may_tick() -> None:
    session = create_open_session()
    assert create_attendance(session, actor=TOWN_TRAINER).signed_by == "罗建国"
    for actor, error in ((OTHER_TRAINER, NotFound), (OFFICIAL, Forbidden), (OPERATOR, Forbidden)):
        with pytest.raises(error):
            create_attendance(session, actor=actor)


@pytest.mark.parametrize(
    ("changes", "field"), [({"name": "　"}, "name"), ({"division_code": "500242999201"}, "division_code")]
)
def test_a_person_that_can_not_be(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_attendance(create_open_session(), **changes)
    assert refused.value.field == field
    assert count(Trainee) == 0


def test_each_signing_in_is_in_the_trail_without_the_phone() -> None:
    attendance = create_attendance(create_open_session(), **LI)
    (entry,) = audit.history(attendance)
    assert "李大山" in entry.text
    assert LI["phone"] not in entry.text


# -- ticking those who came before ---------------------------------------------------------------


def tick(session: Any, *people: Trainee, actor: Any = TRAINER) -> Any:
    with clock.at(session.starts_at):
        return service.sign_in_known(
            actor=actor, request_id=None, session_id=session.id, trainee_ids=[p.id for p in people]
        )


def test_ticking_many_counts_each_once() -> None:
    people = [create_trainee(), create_trainee(division_code=SECOND_VILLAGE)]
    session = create_open_session(starts_at=clock.at_local(DAY, 14))
    tick(session, *people)
    tick(session, *people)
    assert len(service.list_attendances(session)) == 2
    assert service.turnout(TRAINER) == Turnout(4, 2)
    assert "勾选 2 人" in audit.history(session)[0].text


def test_those_who_are_offered_live_there_and_are_not_on_the_list() -> None:
    here, there = create_trainee(name="冉芳"), create_trainee(division_code=OTHER_VILLAGE)
    session = create_open_session(starts_at=clock.at_local(DAY, 14))

    def offered(q: str = "") -> list[Any]:
        return list(db.session.scalars(service.known_people(session, q)))

    assert offered() == offered("冉") == offered(here.phone[-4:]) == [here]
    assert offered("没有") == offered("%") == []
    with pytest.raises(NotFound):
        tick(session, there)
    tick(session, here)
    assert offered() == []
    assert service.count_known(session) == 0
    whole = create_open_session(division_code=COUNTY, starts_at=clock.at_local(DAY, 19))
    assert service.count_known(whole) == 2


def test_ticking_nobody_is_said() -> None:
    with pytest.raises(InvalidInput):
        tick(create_open_session())


# -- a paper list entered at once ----------------------------------------------------------------


def enter(session: Any, *people: Person, **more: Any) -> Any:
    with clock.at(session.starts_at):
        return service.sign_in_list(
            **({"actor": TRAINER, "request_id": None, "session_id": session.id, "people": people} | more)
        )


def person(name: str, phone: str = LI["phone"], division_code: str = VILLAGE) -> Person:
    return Person(name, phone, division_code, TraineeCategory.FARMER)


def test_a_paper_list_counts_each_person_once() -> None:
    first, second = create_open_session(), create_open_session(starts_at=clock.at_local(DAY, 14))
    create_attendance(first, **LI)
    enter(first, person("李大山"), person("王桂芳"), person("王 桂芳"))
    enter(first, person("王桂芳"))
    enter(second, person("王桂芳"), person("冉芳", "13700000000"))
    assert service.turnout(TRAINER) == Turnout(4, 3)
    assert count(Trainee) == 3
    assert audit.history(first)[0].text == "录入签到表 1 人"


@pytest.mark.parametrize("wrong", [person(" "), person("李四", division_code="500242999201")])
def test_a_list_with_a_bad_line_is_refused_whole(wrong: Person) -> None:
    session = create_open_session()
    with pytest.raises(InvalidInput):
        enter(session, person("李大山"), wrong)
    assert service.list_attendances(session) == []


def test_who_may_enter_a_list() -> None:
    session = create_open_session()
    for actor, error in ((OTHER_TRAINER, NotFound), (OFFICIAL, Forbidden)):
        with pytest.raises(error):
            enter(session, person("李大山"), actor=actor)
    enter(session)
    move(session, S.CLOSED)
    with pytest.raises(SignInClosed):
        enter(session, person("李大山"))


# -- striking out -------------------------------------------------------------------------------


def test_a_name_struck_out_counts_for_nothing_stays_and_may_sign_again() -> None:
    session = create_open_session()
    attendance = create_attendance(session, **LI)
    with pytest.raises(InvalidInput):
        service.strike_out(actor=TRAINER, attendance_id=attendance.id, reason=" ")
    service.strike_out(actor=TRAINER, attendance_id=attendance.id, reason="不是本人")
    service.strike_out(actor=TRAINER, attendance_id=attendance.id, reason="又一次")
    assert service.turnout(TRAINER) == Turnout(0, 0)
    assert [a.struck_reason for a in service.list_attendances(session)] == ["不是本人"]
    assert [e.action for e in audit.history(session)].count("training.struck") == 1
    create_attendance(session, **LI)
    assert service.turnout(TRAINER) == Turnout(1, 1)
    assert len(service.list_attendances(session)) == 2
    assert len(service.list_attendances(session, struck=False)) == 1


def test_who_may_strike_out() -> None:
    attendance = create_attendance(create_open_session())
    for actor, error in ((OTHER_TRAINER, NotFound), (OFFICIAL, Forbidden)):
        with pytest.raises(error):
            service.strike_out(actor=actor, attendance_id=attendance.id, reason="错")
    with pytest.raises(NotFound):
        service.strike_out(actor=TRAINER, attendance_id=ids.new_id(), reason="错")


# -- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "found"),
    [
        (SessionFilter(), {"甲", "乙", "丙"}),
        (SessionFilter(q="会议"), {"甲", "乙"}),
        (SessionFilter(q="黄"), {"丙"}),
        (SessionFilter(q="%"), set()),
        (SessionFilter(status=S.OPEN), {"乙"}),
        (SessionFilter(month="2026-05"), {"甲", "丙"}),
        (SessionFilter(month="2026-06"), {"乙"}),
        (SessionFilter(township=OTHER_TOWNSHIP), {"丙"}),
        (SessionFilter(township=TOWNSHIP, month="2026-05"), {"甲"}),
    ],
)
def test_what_the_list_is_narrowed_to_is_counted_too(f: SessionFilter, found: set[str]) -> None:
    create_session(course_name="甲", starts_at=clock.at_local(DAY.replace(month=5, day=31), 23, 30))
    june = create_open_session(course_name="乙", starts_at=clock.at_local(DAY.replace(month=6, day=1), 0, 30))
    create_session(course_name="丙", division_code=OTHER_TOWNSHIP, place="院坝", teacher="黄文武")
    create_attendance(june)
    rows = service.rows_of_sessions(TRAINER, f)
    assert {session.course_name for session, _times in rows} == found
    assert service.turnout(TRAINER, f).person_times == sum(times for _session, times in rows)


def test_each_sees_the_sessions_that_concern_them() -> None:
    own = create_session(course_name="镇上")
    create_session(course_name="村里", division_code=SECOND_VILLAGE)
    create_session(course_name="外镇", division_code=OTHER_TOWNSHIP)
    create_session(course_name="县里", division_code=COUNTY)

    def seen(actor: Any) -> set[str]:
        return {session.course_name for session, _times in service.rows_of_sessions(actor, SessionFilter())}

    assert seen(OFFICIAL) == seen(SYSTEM) == {"镇上", "村里", "外镇", "县里"}
    assert seen(TOWN_TRAINER) == {"镇上", "村里", "县里"}
    assert seen(OPERATOR) == {"镇上", "县里"}
    assert own.course_name in seen(TOWN_TRAINER)


@pytest.mark.parametrize("seed", range(3))
def test_person_times_and_persons_against_a_plain_count(seed: int) -> None:
    chance = random.Random(seed)
    people = [{"name": f"学员{n}", "phone": f"138{n:08d}"} for n in range(8)]
    pairs: set[tuple[Any, str]] = set()
    for n in range(4):
        session = create_open_session(starts_at=clock.at_local(DAY + timedelta(days=n), 9))
        for person in chance.sample(people, chance.randint(0, 8)):
            attendance = create_attendance(session, **person)
            if chance.random() < 0.3:
                service.strike_out(actor=TRAINER, attendance_id=attendance.id, reason="错")
            else:
                pairs.add((session.id, person["phone"]))
    assert service.turnout(TRAINER) == Turnout(len(pairs), len({phone for _session, phone in pairs}))


# -- the villages on the form ----------------------------------------------------------------------


def test_villages_on_a_phone_are_those_of_the_township_with_a_way_out() -> None:
    groups = service.trainee_places(create_session(division_code=SECOND_VILLAGE))
    assert [code for code, _label in groups["龙潭镇"]] == [SECOND_VILLAGE, VILLAGE, TOWNSHIP]
    assert set(groups) == {None, "龙潭镇"}


def test_at_a_session_of_the_county_people_name_their_township() -> None:
    groups = service.trainee_places(create_session(division_code=COUNTY))
    assert [code for code, _label in groups["各乡镇"]] == [TOWNSHIP, OTHER_TOWNSHIP, COUNTY]


def test_the_teacher_chooses_among_the_own_villages_the_sessions_first() -> None:
    session = create_session(division_code=OTHER_TOWNSHIP)
    assert list(service.trainee_places(session, COUNTY)) == [None, "麻旺镇", "龙潭镇"]
    assert list(service.trainee_places(session, OTHER_TOWNSHIP)) == [None, "麻旺镇"]


def test_where_a_session_may_be_held() -> None:
    assert list(service.session_places(COUNTY)) == [None, "全县", "龙潭镇", "麻旺镇"]
    groups = service.session_places(TOWNSHIP)
    assert list(groups) == [None, "龙潭镇"]
    assert [code for code, _label in groups["龙潭镇"]] == [TOWNSHIP, VILLAGE, SECOND_VILLAGE]


# -- the sheet on paper ---------------------------------------------------------------------------


def text_of(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    return subprocess.run([need("pdftotext"), "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def test_the_sheet_says_what_it_is_and_has_lines_to_write_on(tmp_path: Path) -> None:
    session = create_open_session()
    create_attendance(session, **LI)
    text = text_of(service.sign_in_sheet(session, "http://127.0.0.1:8000/training/sign-in/123455", lines=30), tmp_path)
    for words in (
        "培训签到表",
        "手机开网店入门",
        "2026年5月20日 09:00",
        "镇政府三楼会议室",
        "田世珍",
        "李大山",
        "138****1234",
    ):
        assert words in text
    assert "13812341234" not in text
    assert re.search(r"^\s*31\s*$", text, re.M)
    assert not re.search(r"^\s*32\s*$", text, re.M)


def test_the_sheet_of_a_session_that_is_over_is_the_list(tmp_path: Path) -> None:
    session = create_open_session()
    kept, struck = create_attendance(session), create_attendance(session, name="错的人")
    service.strike_out(actor=TRAINER, attendance_id=struck.id, reason="错")
    move(session, S.CLOSED)
    text = text_of(service.sign_in_sheet(session, "http://127.0.0.1:8000/training/sign-in/123455"), tmp_path)
    assert kept.trainee.name in text
    assert "错的人" not in text
    assert "扫码签到" not in text


def test_the_code_on_the_sheet_opens_the_sign_in_page(tmp_path: Path) -> None:
    need("pdftoppm"), need("zbarimg")
    url = "http://127.0.0.1:8000/training/sign-in/123455"
    path = tmp_path / "sheet.pdf"
    path.write_bytes(service.sign_in_sheet(create_session(), url))
    subprocess.run([need("pdftoppm"), "-r", "120", "-png", "-l", "1", path, tmp_path / "page"], check=True)
    (image,) = tmp_path.glob("page*.png")
    read = subprocess.run(
        [str(shutil.which("zbarimg")), "-q", "--raw", image], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == url


# -- the seed ----------------------------------------------------------------------------------------


def test_the_seed_makes_sessions_and_made_again_changes_nothing() -> None:
    def run() -> None:
        with clock.at(clock.at_local(DAY, 9)):
            seed_training(
                actor=SYSTEM,
                first_day=DAY - timedelta(days=60),
                last_day=DAY,
                random=random.Random(7),
                sessions=3,
            )

    run()
    before = service.turnout(SYSTEM)
    assert before.person_times > before.persons > 0
    held = {s.status for s, times in service.rows_of_sessions(SYSTEM, SessionFilter()) if times}
    assert (held, len(service.rows_of_sessions(SYSTEM, SessionFilter(status=S.PLANNED)))) == ({S.CLOSED}, 2)
    run()
    assert service.turnout(SYSTEM) == before
    assert count(Attendance) == before.person_times
