from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock, seals
from app.core.command import command
from app.core.database import append_only_ddl, db
from tests.core.tables import Note

START = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


@command
def write(count: int, since: datetime = START) -> list[Note]:
    notes = [Note(recorded_at=since + timedelta(seconds=n), text=f"第 {n} 条") for n in range(count)]
    db.session.add_all(notes)
    db.session.flush()
    return notes


@pytest.fixture
def sealed(session: Any) -> list[Note]:
    """Five notes, sealed in two goes."""
    notes = write(3)
    with clock.at(START + timedelta(minutes=1)):
        seals.make()
    notes += write(2, START + timedelta(minutes=2))
    with clock.at(START + timedelta(hours=1)):
        assert seals.make()["test_note"] == 2
    return notes


def tamper(session: Any, statement: sa.Executable) -> None:
    """What somebody with the database's password could do: take the triggers away first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("ALTER TABLE test_note DISABLE TRIGGER USER"))
    else:
        for verb in ("update", "delete"):
            session.execute(sa.text(f"DROP TRIGGER test_note_no_{verb}"))
    session.execute(statement)
    session.commit()


def the_breach(session: Any) -> seals.Breach:
    (breach,) = [b for b in seals.verify() if b.stream == "test_note"]
    return breach


def test_untouched_rows_verify(sealed: list[Note]) -> None:
    assert seals.verify() == []
    assert seals.sealed_rows()["test_note"] == 5


def test_sealing_again_adds_nothing(sealed: list[Note]) -> None:
    assert seals.make()["test_note"] == 0


def test_an_altered_row_is_named(session: Any, sealed: list[Note]) -> None:
    tamper(session, sa.update(Note).where(Note.id == sealed[1].id).values(text="改过"))
    breach = the_breach(session)
    assert (breach.what, breach.row_id, breach.position) == ("altered", sealed[1].id, 1)


def test_a_removed_row_is_named(session: Any, sealed: list[Note]) -> None:
    gone = sealed[3].id
    tamper(session, sa.delete(Note).where(Note.id == gone))
    breach = the_breach(session)
    assert (breach.what, breach.row_id) == ("removed", gone)


def test_a_row_slipped_in_is_named(session: Any, sealed: list[Note]) -> None:
    (late,) = write(1, START)
    breach = the_breach(session)
    assert (breach.what, breach.row_id) == ("inserted", late.id)


def test_fresh_rows_are_no_breach(sealed: list[Note]) -> None:
    write(1, START + timedelta(hours=2))
    assert seals.verify() == []


@pytest.mark.parametrize("statement", ["UPDATE test_note SET text = 'x'", "DELETE FROM test_note"])
def test_append_only_tables_refuse_change(session: Any, statement: str) -> None:
    write(1)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.text(statement))
    session.rollback()


def test_ddl_names_both_verbs_on_sqlite() -> None:
    assert len(append_only_ddl("t", "sqlite")) == 2
