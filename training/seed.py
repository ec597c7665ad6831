"""A year of training, made by the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from app.core import clock, ids
from app.core.access import Actor
from app.core.command import command
from stations import service as stations_service
from stations.models import Division, Level
from training import service
from training.models import SessionStatus, TraineeCategory, TrainingSession
from training.service import Person

COURSES = (
    ("村级服务点操作：代买代卖与日结", 4),
    ("手机开网店入门", 8),
    ("农产品拍照与直播", 8),
    ("快递收发与两级配送", 4),
    ("农产品分级、包装与溯源码", 6),
    ("合格证怎么开", 2),
)
TEACHERS = ("田世珍", "罗建国", "黄文武", "谭春梅")
SURNAMES = "冉田彭杨白石李陈张王向吴黄罗谭"
NOTICE = 10  # days between planning and holding
AHEAD = (4, 9)  # days from now on which further ones are planned
GIVEN = "芳山英明琴国旺梅全霞福兰武珍云德玉文"
CATEGORIES = (
    [TraineeCategory.FARMER] * 11
    + [TraineeCategory.OPERATOR] * 4
    + [TraineeCategory.COOPERATIVE] * 3
    + [TraineeCategory.CADRE, TraineeCategory.YOUTH]
)


def seed_training(*, actor: Actor, first_day: date, last_day: date, random: Random, sessions: int = 48) -> int:
    """Hold ``sessions`` sessions between two days, spread over the townships; returns the person-times.

    Two more are planned for the days after. People come from the villages of the township; some come twice, so that
    persons are fewer than person-times. Made again it changes nothing.
    """
    county = stations_service.get_county()
    townships = stations_service.list_divisions(Level.TOWNSHIP, county.code)
    span = (last_day - first_day).days
    done = 0
    for n in range(sessions):
        day = first_day + timedelta(days=span * n // max(1, sessions))
        done += _hold(actor, townships[n * 7 % len(townships)], day, n, Random(random.getrandbits(32)))  # noqa: S311
    for n, ahead in enumerate(AHEAD, start=sessions):
        _plan(actor, townships[n * 7 % len(townships)], last_day + timedelta(days=ahead), n)
    return done


@command
def _hold(actor: Actor, township: Division, day: date, number: int, random: Random) -> int:
    """One session from planning to closing."""
    session = _plan(actor, township, day, number)
    if session.status is SessionStatus.CLOSED:
        return len(service.list_attendances(session))
    with clock.at(clock.at_local(day, 8, 40)):
        _move(actor, session, number, SessionStatus.OPEN)
        villages = stations_service.list_divisions(Level.VILLAGE, township.code)
        signed = _sign_in(actor, session, number, villages or [township], random)
    with clock.at(clock.at_local(day, 17)):
        _move(actor, session, number, SessionStatus.CLOSED)
    return signed


def _plan(actor: Actor, township: Division, day: date, number: int) -> TrainingSession:
    name, hours = COURSES[number % len(COURSES)]
    with clock.at(clock.at_local(day - timedelta(days=NOTICE), 10)):
        return service.plan_session(
            actor=actor,
            request_id=ids.derived_id("training", number),
            course_name=name,
            hours=hours,
            division_code=township.code,
            place=f"{township.short_name}政府会议室",
            teacher=TEACHERS[number % len(TEACHERS)],
            starts_at=clock.at_local(day, 9),
        )


def _move(actor: Actor, session: TrainingSession, number: int, status: SessionStatus) -> None:
    request_id = ids.derived_id("training", number, status.value)
    service.move_session(actor=actor, request_id=request_id, session_id=session.id, new_status=status)


def _sign_in(actor: Actor, session: TrainingSession, number: int, villages: Sequence[Division], random: Random) -> int:
    """Between 28 and 52 of the township's people; who comes is drawn from some 70, so that some come again."""
    people = [
        Person(
            name=SURNAMES[n * 7 % len(SURNAMES)] + GIVEN[n % len(GIVEN)] + GIVEN[n * 5 % len(GIVEN)],
            phone=f"1591{int(session.division_code[4:9]) % 10000:04d}{n:03d}",
            division_code=villages[n % len(villages)].code,
            category=CATEGORIES[n % len(CATEGORIES)],
            from_poor_household=n % 6 == 0,
        )
        for n in random.sample(range(70), random.randint(28, 52))
    ]
    request_id = ids.derived_id("training", number, "list")
    service.sign_in_list(actor=actor, request_id=request_id, session_id=session.id, people=people)
    return len(people)
