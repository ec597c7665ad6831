"""The rules of postings, objections and the public column, as pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from stations.errors import PublicityClosed
from stations.models.organisation import RecordKind
from stations.models.publicity import ObjectionStatus, PublicityStatus

LONGEST_DAYS = 90  # what is posted for longer was mistyped
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)", re.ASCII)
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)", re.ASCII)
_PLACED = frozenset({RecordKind.MEETING, RecordKind.ONSITE_CHECK})
_MOST_PARTICIPANTS = 9999


# -- postings ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicityRule:
    """How many days something is posted at the least, from a day on."""

    valid_from: date
    minimum_days: int
    basis: str


class Answered(Protocol):
    """What the rules need to know of an objection."""

    @property
    def status(self) -> ObjectionStatus: ...  # noqa: D102


def rule_for(known: Iterable[PublicityRule], day: date) -> PublicityRule:
    """The rule that holds on a day. Raises LookupError when none does."""
    holding = [rule for rule in known if rule.valid_from <= day]
    if not holding:
        raise LookupError(day)
    return max(holding, key=lambda rule: rule.valid_from)


def days_posted(starts_on: date, ends_on: date) -> int:
    """How many days, the first and the last both counted."""
    return (ends_on - starts_on).days + 1


def earliest_end(starts_on: date, rule: PublicityRule) -> date:
    """The first day that may be the last one."""
    return starts_on + timedelta(days=rule.minimum_days - 1)


def check_period(starts_on: date, ends_on: date, today: date, rule: PublicityRule) -> None:
    """A posting begins today or later and lasts the days asked for. Raises InvalidInput at ``starts_on``, ``ends_on``.

    Nothing is posted backwards: who saw it yesterday, when it was not there?
    """
    if starts_on < today:
        raise InvalidInput(_l("公示要从今天（%(today)s）或以后开始。", today=today.isoformat()), field="starts_on")
    if days_posted(starts_on, ends_on) < rule.minimum_days:
        words = _l(
            "公示期不少于 %(days)s 天，最早到 %(end)s。",
            days=rule.minimum_days,
            end=earliest_end(starts_on, rule).isoformat(),
        )
        raise InvalidInput(words, field="ends_on")
    if days_posted(starts_on, ends_on) > LONGEST_DAYS:
        raise InvalidInput(_l("公示最长 %(days)s 天，请看看日期有没有写错。", days=LONGEST_DAYS), field="ends_on")


def check_no_personal_data(text: str, field: str) -> None:
    """What anybody can read holds no mobile number and no identity number. Raises InvalidInput at the field.

    A landline of the office that takes objections may stand there.
    """
    if _IDENTITY.search(text) or _MOBILE.search(text):
        raise InvalidInput(_l("公开的内容里不能有手机号或身份证号。受理电话请写座机。"), field=field)


def is_running(status: PublicityStatus, starts_on: date, ends_on: date, today: date) -> bool:
    """Whether objections are taken today."""
    return status is PublicityStatus.OPEN and starts_on <= today <= ends_on


def check_takes_objections(status: PublicityStatus, starts_on: date, ends_on: date, today: date) -> None:
    """Raise PublicityClosed before the first day, after the last day, and once it was concluded or withdrawn."""
    if status is PublicityStatus.OPEN and today < starts_on:
        raise PublicityClosed(_l("公示从 %(day)s 开始，到时再来反映。", day=starts_on.isoformat()))
    if not is_running(status, starts_on, ends_on, today):
        raise PublicityClosed(_l("公示期已经过了，不能在这里反映。有问题请直接到县里的服务中心。"))


def check_may_conclude(ends_on: date, today: date, objections: Iterable[Answered]) -> None:
    """Raise PublicityClosed until the last day is over and every objection is answered."""
    if today <= ends_on:
        raise PublicityClosed(_l("公示到 %(day)s，第二天起才能办结。", day=ends_on.isoformat()))
    left = sum(1 for row in objections if row.status is ObjectionStatus.OPEN)
    if left:
        raise PublicityClosed(_l("还有 %(count)s 件异议没有答复，不能办结。", count=left))


def conclusion(objections: Sequence[Answered]) -> str:
    """The standing words of a result."""
    if not objections:
        return "公示期满，无异议。"
    return f"公示期满，收到异议 {len(objections)} 件，均已答复处理。"


# -- organisation records ------------------------------------------------------------------------


@dataclass(frozen=True)
class Requirement:
    """Something that must stand in the public column; holds until the day before ``valid_to``."""

    key: str
    label: str
    hint: str
    valid_from: date
    valid_to: date | None = None


def requirements_on(known: Iterable[Requirement], day: date) -> list[Requirement]:
    """What must be published on a day."""
    return [r for r in known if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)]


def published(required: Sequence[Requirement], keys: Iterable[str]) -> tuple[int, int]:
    """Indicator A5: (required contents of which something is published, required contents). Extra ones don't count."""
    there = set(keys)
    return sum(1 for r in required if r.key in there), len(required)


def check_record(kind: RecordKind, place: str, participants: int | None) -> None:
    """Meetings and on-site checks say where; heads are counted from one. Raises InvalidInput at the field."""
    if kind in _PLACED and not place.strip():
        raise InvalidInput(_l("请写在哪里。"), field="place")
    if kind is RecordKind.MEETING and participants is None:
        raise InvalidInput(_l("请写几个人参加。"), field="participants")
    if participants is not None and not 1 <= participants <= _MOST_PARTICIPANTS:
        raise InvalidInput(_l("人数请写 1 到 %(most)s。", most=_MOST_PARTICIPANTS), field="participants")


def check_url(url: str) -> None:
    """An address on the web, or nothing. Raises InvalidInput at ``url``."""
    if not url:
        return
    odd = any(char.isspace() or not char.isprintable() for char in url)
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        good = False
    if odd or not good:
        raise InvalidInput(_l("网址请从 https:// 或 http:// 写起。"), field="url")
