"""Putting right what was found, and the second look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from app.core import clock
from app.core.errors import DomainError, InvalidInput
from app.core.moves import IllegalMove
from stations.models.finding import FindingStatus as S
from stations.rules.findings import check_put_right, second_look

FOUND, DONE, TODAY = date(2026, 5, 1), date(2026, 5, 10), date(2026, 5, 20)
FOUND_AT = clock.at_local(FOUND, 23)


@dataclass
class Found:
    status: S = S.OPEN
    found_at: datetime = FOUND_AT
    rectified_on: date | None = None


@pytest.mark.parametrize(
    "status, on, error",
    [
        (S.OPEN, FOUND, None),
        (S.OPEN, TODAY, None),
        (S.OPEN, date(2026, 4, 30), InvalidInput),  # before it was found, by the county's calendar
        (S.OPEN, date(2026, 5, 21), InvalidInput),
        (S.RECTIFIED, DONE, IllegalMove),
        (S.CLOSED, DONE, IllegalMove),
    ],
)
def test_what_is_put_right(status: S, on: date, error: type[DomainError] | None) -> None:
    if error is None:
        check_put_right(Found(status), on, TODAY)
        return
    with pytest.raises(error):
        check_put_right(Found(status), on, TODAY)


@pytest.mark.parametrize("good, remark, becomes", [(True, "", S.CLOSED), (False, "还缺一块", S.OPEN)])
def test_a_second_look(good: bool, remark: str, becomes: S) -> None:
    found = Found(S.RECTIFIED, rectified_on=DONE)
    assert second_look(found, good=good, remark=remark, on=DONE, today=TODAY, field="on") is becomes


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"good": False, "remark": " "}, "remark"),
        ({"on": date(2026, 5, 9)}, "on"),  # before it was put right
        ({"on": date(2026, 5, 21)}, "on"),
    ],
)
def test_a_second_look_that_is_refused(changed: dict[str, object], field: str) -> None:
    facts: dict[str, object] = {"good": True, "remark": "", "on": DONE, "today": TODAY, "field": "on"} | changed
    with pytest.raises(InvalidInput) as refused:
        second_look(Found(S.RECTIFIED, rectified_on=DONE), **facts)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_nothing_is_looked_at_before_it_was_put_right() -> None:
    with pytest.raises(IllegalMove):
        second_look(Found(S.OPEN), good=True, remark="", on=DONE, today=TODAY, field="on")
