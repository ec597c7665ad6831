from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.core import jobs, uploads
from app.core.access import SYSTEM, Actor, Role
from app.core.command import command
from app.core.errors import InvalidInput, NotFound
from app.core.ids import new_id
from app.core.jobs import JobStatus, Progress
from app.core.uploads import Upload

COUNTY = "500242000000"
ADMIN = Actor(new_id(), "管理员", Role.COUNTY_ADMIN, COUNTY)
OPERATOR = Actor(new_id(), "站长", Role.VILLAGE_OPERATOR, "500242101201")


@command
def write_down(text: str) -> Upload:
    return uploads.store(SYSTEM, text.encode(), "结果", uploads.PDF, COUNTY)


@pytest.fixture
def kinds() -> Iterator[None]:
    """Kinds of work that only these tests know."""

    @jobs.kind("test.count", "数数")
    def count(progress: Progress, *, to: int) -> Upload:
        for n in range(to):
            progress.step(n, to, f"第 {n} 步")
        return write_down(f"数到 {to}")

    @jobs.kind("test.refuse", "拒绝")
    def refuse(progress: Progress) -> None:
        raise InvalidInput("这个月还没有数据。")

    @jobs.kind("test.crash", "出错")
    def crash(progress: Progress) -> None:
        raise ZeroDivisionError

    @jobs.kind("test.stopped", "被停")
    def stopped(progress: Progress) -> None:
        jobs.cancel(progress.actor, progress.job_id)
        progress.step(1, 2)
        raise AssertionError("went on after it was asked to stop")

    yield
    for name in ("count", "refuse", "crash", "stopped"):
        del jobs.KINDS[f"test.{name}"]


def test_work_that_succeeds(session: Any, kinds: None) -> None:
    job = jobs.start(ADMIN, "test.count", "数到三", to=3)
    assert (job.status, job.percent) == (JobStatus.DONE, 100)
    assert uploads.open_bytes(job.result) == "数到 3".encode()


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("test.refuse", JobStatus.FAILED, "这个月还没有数据。"),
        ("test.crash", JobStatus.FAILED, "出错了"),
        ("test.stopped", JobStatus.CANCELLED, "停下"),
    ],
)
def test_work_that_does_not_succeed_says_so_in_words(
    session: Any, kinds: None, kind: str, status: JobStatus, words: str
) -> None:
    job = jobs.start(ADMIN, kind, "试试")
    assert job.status is status
    assert words in job.message
    assert job.result is None


def test_nothing_starts_when_the_command_fails(session: Any, kinds: None) -> None:
    @command
    def start_and_fail() -> None:
        jobs.start(ADMIN, "test.count", "数到三", to=3)
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        start_and_fail()
    assert session.execute(jobs.list_jobs(ADMIN)).all() == []


def test_a_job_runs_once_whoever_else_tries(session: Any, kinds: None) -> None:
    job = jobs.start(ADMIN, "test.count", "数到三", to=3)
    first = job.result_id
    jobs.run(job.id)
    assert job.result_id == first


def test_others_jobs_do_not_exist_but_the_hub_sees_its_countys(session: Any, kinds: None) -> None:
    job = jobs.start(OPERATOR, "test.count", "数到三", to=1)
    assert jobs.get_job(ADMIN, job.id) is job
    with pytest.raises(NotFound):
        jobs.get_job(Actor(new_id(), "别人", Role.VILLAGE_OPERATOR, "500242101201"), job.id)
    with pytest.raises(NotFound):
        jobs.get_job(Actor(new_id(), "邻县", Role.COUNTY_ADMIN, "500243000000"), job.id)


@pytest.mark.parametrize(
    ("language", "label", "message"),
    [
        ("zh_Hans_CN", "12 枚标签：排班车 YY1", "请先登录。"),
        ("en", "Labels (12): Plan runs YY1", "Please log in first."),
    ],
)
def test_each_reader_reads_it_in_their_language(
    session: Any, kinds: None, language: str, label: str, message: str
) -> None:
    @jobs.kind("test.refuse", "拒绝")
    def refuse(progress: Progress) -> None:
        raise InvalidInput(_l("请先登录。"))

    words = _l("%(count)s 枚标签：%(name)s %(lot)s", count=12, name=_l("排班车"), lot="YY1")
    job = jobs.start(ADMIN, "test.refuse", words)
    session.expire_all()
    with force_locale(language):
        assert (str(job.label), str(job.message)) == (label, message)


def test_what_is_too_long_to_be_told_anew_is_kept_as_it_was_said(session: Any, kinds: None) -> None:
    job = jobs.start(
        ADMIN, "test.count", _l("%(count)s 枚标签：%(name)s %(lot)s", count=1, name="油" * 250, lot=""), to=1
    )
    session.expire_all()
    assert job.label == "1 枚标签：" + "油" * 194
