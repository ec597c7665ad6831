from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import ids
from app.core.access import SYSTEM, Actor, Role
from app.core.command import after_commit, command
from app.core.database import db
from app.core.errors import Conflict, InvalidInput
from app.core.idempotency import idempotent
from tests.core.tables import Counter


@command
def count_to(value: int) -> Counter:
    counter = Counter(value=value)
    db.session.add(counter)
    db.session.flush()
    return counter


@command
@idempotent
def count_once(*, actor: Actor, request_id: uuid.UUID | None, value: int) -> Counter:
    if value < 0:
        raise InvalidInput("negative")
    return count_to(value)


def stored(session: Any) -> list[int]:
    return sorted(session.scalars(sa.select(Counter.value)))


def test_what_a_command_writes_is_chinese_whatever_the_reader_reads(session: Any, app: Flask) -> None:
    said = command(lambda: str(Role.DRIVER.label))
    with app.test_request_context("/?lang=en"):
        assert str(Role.DRIVER.label) == "Driver"
        assert said() == "司机"
        assert str(Role.DRIVER.label) == "Driver"


def test_a_command_commits(session: Any) -> None:
    count_to(1)
    session.rollback()
    assert stored(session) == [1]


def test_a_command_that_raises_leaves_nothing_behind_and_sends_nothing(session: Any) -> None:
    left: list[str] = []

    @command
    def both() -> None:
        count_to(1)
        after_commit(lambda: left.append("sent"))
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        both()
    assert stored(session) == []
    assert left == []


def test_what_leaves_leaves_after_the_outermost_commit(session: Any) -> None:
    order: list[str] = []

    @command
    def inner() -> None:
        after_commit(lambda: order.append("sent"))

    @command
    def outer() -> None:
        inner()
        order.append("worked")

    outer()
    assert order == ["worked", "sent"]


def test_changes_outside_a_command_are_refused(session: Any) -> None:
    session.add(Counter(value=1))
    with pytest.raises(RuntimeError):
        count_to(2)
    session.rollback()


def test_the_second_arrival_returns_the_first_result(session: Any) -> None:
    request_id = ids.new_id()
    first = count_once(actor=SYSTEM, request_id=request_id, value=3).id
    assert count_once(actor=SYSTEM, request_id=request_id, value=3).id == first
    assert stored(session) == [3]


def test_the_same_request_with_other_contents_is_a_conflict(session: Any) -> None:
    request_id = ids.new_id()
    count_once(actor=SYSTEM, request_id=request_id, value=3)
    with pytest.raises(Conflict):
        count_once(actor=SYSTEM, request_id=request_id, value=4)
    assert stored(session) == [3]


def test_a_refused_request_may_be_corrected_and_sent_again(session: Any) -> None:
    request_id = ids.new_id()
    with pytest.raises(InvalidInput):
        count_once(actor=SYSTEM, request_id=request_id, value=-1)
    count_once(actor=SYSTEM, request_id=request_id, value=1)
    assert stored(session) == [1]


def test_without_a_request_id_it_simply_runs(session: Any) -> None:
    for _ in range(2):
        count_once(actor=SYSTEM, request_id=None, value=5)
    assert stored(session) == [5, 5]
