"""Organisation records, and the indicators A1, A3, A4, A5 that come from them."""

from __future__ import annotations

import functools
import tomllib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as package_files
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import county_of, in_scope, require_scope
from stations.models.organisation import OrganisationRecord, RecordKind
from stations.permissions import ORGANISATION_EDIT
from stations.rules import acceptance as common
from stations.rules import publicity as rules
from stations.rules.publicity import Requirement
from stations.rules.reasons import needed
from stations.service.acceptance.files import Incoming
from stations.service.acceptance.trail import chinese
from stations.service.arriving import keep_files
from stations.service.divisions import get_county

RULES = (RecordKind.RULE_FUNDS, RecordKind.RULE_PROJECTS, RecordKind.RULE_ASSETS, RecordKind.RULE_OTHER)
RULES_ASKED = RULES[:3]  # A3 asks for these


@functools.cache
def requirements() -> tuple[Requirement, ...]:
    """What the public column must hold, of ``stations/data/public_column.toml``. Raises TypeError for a broken file."""
    text = (package_files("stations") / "data" / "public_column.toml").read_text(encoding="utf-8")
    return tuple(Requirement(**entry) for entry in tomllib.loads(text)["requirement"])


@command
@idempotent
def add_record(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    kind: RecordKind,
    title: str,
    dated_on: date,
    place: str = "",
    participants: int | None = None,
    text: str = "",
    url: str = "",
    column_key: str = "",
    files: Sequence[Incoming] = (),
) -> OrganisationRecord:
    """Put a line into the register, with at most one file.

    Raises InvalidInput at the field: a day ahead, a meeting without place or heads, an address that is none, an entry
    of the public column without a required content, without anything to read, or with personal data.
    """
    actor.require(ORGANISATION_EDIT)
    common.check_not_future(dated_on, clock.today(), "dated_on")
    rules.check_record(kind, place, participants)
    rules.check_url(url.strip())
    if len(files) > 1:
        raise InvalidInput(_l("一条记录放一个文件；几个文件请合成一个 PDF。"), field="file")
    published = kind is RecordKind.PUBLIC_COLUMN
    if published:
        _check_published(title, place, text, url, column_key, files)
    county_code = get_county().code if actor.everything else county_of(actor.scope_code)
    uploads = keep_files(actor, files, county_code, field="file")
    row = OrganisationRecord(
        division_code=county_code,
        kind=kind,
        column_key=column_key if published else "",
        title=title.strip(),
        dated_on=dated_on,
        place=place.strip(),
        participants=participants,
        text=text.strip(),
        url=url.strip(),
        upload=uploads[0] if uploads else None,
        added_at=clock.now(),
        added_by=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    _note(actor, row, "added", f"登记{chinese(kind)}：{row.title}（{dated_on.isoformat()}）")
    return row


def _check_published(title: str, place: str, text: str, url: str, column_key: str, files: Sequence[Incoming]) -> None:
    if column_key not in {r.key for r in rules.requirements_on(requirements(), clock.today())}:
        raise InvalidInput(_l("请选是专栏里的哪一类内容。"), field="column_key")
    if not (text.strip() or url.strip() or files):
        raise InvalidInput(_l("请写正文、填网址或传文件，群众才有东西看。"), field="text")
    for field, value in (("title", title), ("place", place), ("text", text)):
        rules.check_no_personal_data(value, field)


@command
@idempotent
def void_record(*, actor: Actor, request_id: uuid.UUID | None, record_id: uuid.UUID, reason: str) -> OrganisationRecord:
    """Strike a wrong line out; it stays in the register with the reason. Raises NotFound, InvalidInput."""
    actor.require(ORGANISATION_EDIT)
    get_record(actor, record_id)
    own = {"of": OrganisationRecord}  # PostgreSQL locks no outer join
    row = db.session.get_one(OrganisationRecord, record_id, with_for_update=own, populate_existing=True)
    if row.voided_at is not None:
        raise NotFound(_l("这条记录已经作废。"))
    row.voided_at, row.voided_reason, row.voided_by = clock.now(), needed(reason), actor.name
    _note(actor, row, "voided", f"作废{chinese(row.kind)}“{row.title}”：{row.voided_reason}")
    db.session.flush()
    return row


def _note(actor: Actor, row: OrganisationRecord, verb: str, text: str) -> None:
    audit.record(
        actor=actor, action=f"stations.organisation_{verb}", subject=row, division_code=row.division_code, text=text
    )


def get_record(actor: Actor, record_id: uuid.UUID) -> OrganisationRecord:
    """By id. Raises NotFound, also for one outside the actor's scope."""
    row = db.session.get(OrganisationRecord, record_id)
    if row is None:
        raise NotFound(_l("没有找到这条记录。"))
    require_scope(actor, row.division_code)
    return row


def get_public_record(record_id: uuid.UUID) -> OrganisationRecord:
    """An entry of the public column that was not struck out, for anybody. Raises NotFound."""
    row = db.session.get(OrganisationRecord, record_id)
    if row is None or row.voided_at is not None or row.kind is not RecordKind.PUBLIC_COLUMN:
        raise NotFound(_l("没有找到这条记录。"))
    return row


# -- lists and figures ---------------------------------------------------------------------------


def query_records(
    actor: Actor,
    *,
    text: str = "",
    kinds: Collection[RecordKind] = (),
    year: int | None = None,
    voided: bool = False,
) -> sa.Select[tuple[OrganisationRecord]]:
    """The register in scope, newest first; struck-out lines only when asked for."""
    query = sa.select(OrganisationRecord).where(in_scope(OrganisationRecord.division_code, actor.scope_code))
    if not voided:
        query = query.where(OrganisationRecord.voided_at.is_(None))
    for word in text.split():
        columns = (OrganisationRecord.title, OrganisationRecord.place, OrganisationRecord.text)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if kinds:
        query = query.where(OrganisationRecord.kind.in_(list(kinds)))
    if year is not None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        query = query.where(OrganisationRecord.dated_on.between(first, last))
    return query.order_by(OrganisationRecord.dated_on.desc(), OrganisationRecord.id.desc())


def export_rows(actor: Actor, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_records` for a sheet: date, kind, title, content of the column, place, participants,
    text, address, file, added by, why struck out.
    """
    labels = {r.key: r.label for r in requirements()}
    return [
        [
            row.dated_on,
            str(row.kind.label),
            row.title,
            labels.get(row.column_key, row.column_key),
            row.place,
            row.participants,
            row.text,
            row.url,
            row.upload.filename if row.upload else "",
            row.added_by,
            row.voided_reason,
        ]
        for row in db.session.scalars(query_records(actor, **wanted))
    ]


@dataclass(frozen=True)
class ColumnEntry:
    """A required content of the public column, with what stands there, newest first."""

    requirement: Requirement
    items: Sequence[OrganisationRecord]


@dataclass(frozen=True)
class PublicColumn:
    """The public column: contents in order, A5's fraction, the day of the last update."""

    entries: Sequence[ColumnEntry]
    there: int
    required: int
    updated_on: date | None

    @property
    def missing(self) -> list[str]:
        """The required contents of which nothing is published."""
        return [entry.requirement.label for entry in self.entries if not entry.items]


def public_column(scope_code: str | None = None) -> PublicColumn:
    """The public column as it is today, of one county or of the installation."""
    query = sa.select(OrganisationRecord).where(
        OrganisationRecord.kind == RecordKind.PUBLIC_COLUMN, OrganisationRecord.voided_at.is_(None)
    )
    if scope_code is not None:
        query = query.where(in_scope(OrganisationRecord.division_code, scope_code))
    newest = (OrganisationRecord.dated_on.desc(), OrganisationRecord.id.desc())
    rows = db.session.scalars(query.order_by(*newest)).all()
    required = rules.requirements_on(requirements(), clock.today())
    there, whole = rules.published(required, (row.column_key for row in rows))
    entries = [ColumnEntry(r, [row for row in rows if row.column_key == r.key]) for r in required]
    return PublicColumn(entries, there, whole, rows[0].dated_on if rows else None)


@dataclass(frozen=True)
class Overview:
    """A1, A3, A4, A5: counts of lines that were not struck out, and days of the last ones."""

    documents: int
    meetings: int
    last_meeting: date | None
    rules: int
    rules_missing: Sequence[RecordKind]
    checks: int
    last_check: date | None
    column: PublicColumn


def overview(actor: Actor, year: int | None = None) -> Overview:
    """The figures of the register in scope. Meetings and checks are those of a year; documents, rules and the column
    hold until they are replaced, so a year counts them up to its last day.
    """
    counted = _counted(actor, None if year is None else (date(year, 1, 1), date(year, 12, 31)))
    until = _counted(actor, None if year is None else (date.min, date(year, 12, 31)))
    meetings, checks = counted.get(RecordKind.MEETING), counted.get(RecordKind.ONSITE_CHECK)
    return Overview(
        documents=until.get(RecordKind.LEADING_GROUP_DOCUMENT, (0, None))[0],
        meetings=meetings[0] if meetings else 0,
        last_meeting=meetings[1] if meetings else None,
        rules=sum(until[kind][0] for kind in RULES if kind in until),
        rules_missing=[kind for kind in RULES_ASKED if kind not in until],
        checks=checks[0] if checks else 0,
        last_check=checks[1] if checks else None,
        column=public_column(actor.scope_code),
    )


def _counted(actor: Actor, days: tuple[date, date] | None) -> dict[RecordKind, tuple[int, date]]:
    query = (
        sa.select(OrganisationRecord.kind, sa.func.count(), sa.func.max(OrganisationRecord.dated_on))
        .where(in_scope(OrganisationRecord.division_code, actor.scope_code), OrganisationRecord.voided_at.is_(None))
        .group_by(OrganisationRecord.kind)
    )
    if days is not None:
        query = query.where(OrganisationRecord.dated_on.between(*days))
    return {kind: (count, last) for kind, count, last in db.session.execute(query)}
