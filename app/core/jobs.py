"""Long work: started by a person, with progress, a result, and a way to stop it.

With ``REDIS_URL`` set the work is done by RQ workers (``xiangyi worker``); without it by a thread of the serving
process, or at once where ``JOBS`` is ``"inline"`` (command line, tests). One table and one page serve all three.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.access import Actor, Role
from app.core.command import after_commit, command
from app.core.database import Enumerated, Model, UTCDateTime, db, uuid_pk
from app.core.errors import DomainError, NotFound
from app.core.labels import LabelEnum
from app.core.moves import Moves
from app.core.scope import covers, in_scope
from app.core.told import Told
from app.core.uploads import Upload


class JobStatus(LabelEnum):
    """How far a job is."""

    QUEUED = "queued", _l("排队中"), "wait"
    RUNNING = "running", _l("正在做"), "wait"
    DONE = "done", _l("做好了"), "good"
    FAILED = "failed", _l("没做成"), "bad"
    CANCELLED = "cancelled", _l("已取消"), "plain"


JOB_MOVES = Moves(
    {
        JobStatus.QUEUED: {JobStatus.RUNNING, JobStatus.CANCELLED, JobStatus.FAILED},
        JobStatus.RUNNING: {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED},
    }
)
STALE_AFTER = timedelta(hours=6)


class Job(Model):
    """A piece of long work."""

    __tablename__ = "job"
    __table_args__ = (sa.Index(None, "division_code", "created_at"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    kind: Mapped[str] = mapped_column(sa.String(64))
    label: Mapped[Any] = mapped_column(Told(200))
    arguments: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    status: Mapped[JobStatus] = mapped_column(Enumerated(JobStatus), default=JobStatus.QUEUED)
    percent: Mapped[int] = mapped_column(default=0)
    message: Mapped[Any] = mapped_column(Told(500), default="")
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    result_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))
    result: Mapped[Upload | None] = relationship()
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str] = mapped_column(sa.String(64))
    actor_role: Mapped[Role] = mapped_column(Enumerated(Role))
    actor_everything: Mapped[bool] = mapped_column(default=False)
    division_code: Mapped[str] = mapped_column(sa.String(12))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return not JOB_MOVES.allowed(self.status)


class Cancelled(Exception):
    """Raised inside the work when the person asked to stop."""


@dataclass
class Progress:
    """Handed to the work: report with :meth:`step`, act as :attr:`actor`."""

    job_id: uuid.UUID
    actor: Actor

    def step(self, done: int, total: int, message: Any = "") -> None:
        """Report ``done`` of ``total``. Raises Cancelled when the person asked to stop."""
        if _report(self.job_id, min(99, 100 * done // max(1, total)), message):
            raise Cancelled


Work = Callable[..., "Upload | None"]


@dataclass(frozen=True)
class Kind:
    """A registered kind of work."""

    name: str
    label: Any
    work: Work


KINDS: dict[str, Kind] = {}


def kind(name: str, label: Any) -> Callable[[Work], Work]:
    """Register ``work(progress, **arguments) -> Upload | None``; arguments are JSON.

    The work calls commands for what it changes; it runs outside any transaction itself.
    """

    def register(work: Work) -> Work:
        KINDS[name] = Kind(name, label, work)
        return work

    return register


@command
def start(actor: Actor, kind_name: str, label: Any, **arguments: Any) -> Job:
    """Queue a job; it leaves once the command has committed. ``label`` is what people read, marked by ``_l()``."""
    if kind_name not in KINDS:
        raise LookupError(kind_name)
    job = Job(
        kind=kind_name,
        label=label,
        arguments=arguments,
        status=JobStatus.QUEUED,
        percent=0,
        message="",
        cancel_wanted=False,
        actor_id=actor.id,
        actor_name=actor.name,
        actor_role=actor.role,
        actor_everything=actor.everything,
        division_code=actor.scope_code,
        created_at=clock.now(),
    )
    db.session.add(job)
    db.session.flush()
    job_id = job.id
    after_commit(lambda: _dispatch(job_id))
    return job


def get_job(actor: Actor, job_id: uuid.UUID) -> Job:
    """A job of the actor's own, or of anybody in scope for the hub. Raises NotFound."""
    job = db.session.get(Job, job_id)
    if job is None or not _may_see(actor, job):
        raise NotFound(_l("没有这项任务。"))
    return job


def _may_see(actor: Actor, job: Job) -> bool:
    own = actor.id is not None and job.actor_id == actor.id
    hub = actor.role is Role.COUNTY_ADMIN and covers(actor.scope_code, job.division_code)
    return own or hub or actor.everything


def list_jobs(actor: Actor) -> sa.Select[Any]:
    """The query for the actor's own jobs; the hub sees everybody's in scope. Newest first."""
    mine = Job.actor_id == actor.id
    seen = in_scope(Job.division_code, actor.scope_code) if actor.role is Role.COUNTY_ADMIN else mine
    return sa.select(Job).where(seen).order_by(Job.created_at.desc(), Job.id.desc())


@command
def cancel(actor: Actor, job_id: uuid.UUID) -> Job:
    """Ask a job to stop. A queued one ends at once, a running one at its next step."""
    job = get_job(actor, job_id)
    if job.status is JobStatus.QUEUED:
        job.status, job.finished_at = JobStatus.CANCELLED, clock.now()
    elif not job.is_over:
        job.cancel_wanted = True
    return job


def _dispatch(job_id: uuid.UUID) -> None:
    redis_url, mode = current_app.config["REDIS_URL"], current_app.config["JOBS"]
    if redis_url and mode != "inline":
        queue(redis_url).enqueue(
            run_in_worker, str(job_id), job_id=str(job_id), job_timeout=int(STALE_AFTER.total_seconds())
        )
    elif mode == "inline":
        run(job_id)
    else:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        threading.Thread(target=_run_in_thread, args=(app, job_id), name=f"job-{job_id}", daemon=True).start()


def queue(redis_url: str) -> Any:
    """The RQ queue that workers serve."""
    from redis import Redis
    from rq import Queue

    return Queue(current_app.config["JOB_QUEUE"], connection=Redis.from_url(redis_url))


def run_in_worker(job_id: str) -> None:
    """What an RQ worker calls; it runs inside the worker's application context."""
    run(uuid.UUID(job_id))


def _run_in_thread(app: Flask, job_id: uuid.UUID) -> None:
    with app.app_context():
        run(job_id)


def run(job_id: uuid.UUID) -> None:
    """Do the work of a queued job and write down how it ended."""
    claimed = _claim(job_id)
    if claimed is None:
        return
    kind_name, arguments, actor = claimed
    try:
        result = KINDS[kind_name].work(Progress(job_id, actor), **arguments)
    except Cancelled:
        _finish(job_id, JobStatus.CANCELLED, _l("按您的要求停下了。"))
    except DomainError as error:
        _finish(job_id, JobStatus.FAILED, error.message)
    except Exception:
        current_app.logger.exception("job %s (%s) failed", job_id, kind_name)
        _finish(job_id, JobStatus.FAILED, _l("出错了，已经记录下来。请再试一次，还不行就联系县里。"))
    else:
        _finish(job_id, JobStatus.DONE, "", result.id if result is not None else None)


@command
def _claim(job_id: uuid.UUID) -> tuple[str, dict[str, Any], Actor] | None:
    """Move queued → running, once, whoever else tries."""
    won = db.session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.QUEUED)
        .values(status=JobStatus.RUNNING, started_at=clock.now())
        .returning(Job.id)
    ).first()
    if won is None:
        return None
    job = db.session.get_one(Job, job_id)
    actor = Actor(job.actor_id, job.actor_name, job.actor_role, job.division_code, everything=job.actor_everything)
    return job.kind, dict(job.arguments), actor


@command
def _report(job_id: uuid.UUID, percent: int, message: Any) -> bool:
    """Store progress; tell whether to stop."""
    db.session.execute(sa.update(Job).where(Job.id == job_id).values(percent=percent, message=message))
    return bool(db.session.scalar(sa.select(Job.cancel_wanted).where(Job.id == job_id)))


@command
def _finish(job_id: uuid.UUID, status: JobStatus, message: Any, result_id: uuid.UUID | None = None) -> None:
    job = db.session.get_one(Job, job_id, populate_existing=True)
    JOB_MOVES.check(job.status, status)
    job.status, job.message, job.result_id, job.finished_at = status, message, result_id, clock.now()
    job.percent = 100 if status is JobStatus.DONE else job.percent


@command
def fail_stale() -> int:
    """Mark jobs whose worker died as failed; returns how many. Called when a server or a worker starts."""
    stale: Sequence[Job] = db.session.scalars(
        sa.select(Job).where(Job.status == JobStatus.RUNNING, Job.started_at < clock.now() - STALE_AFTER)
    ).all()
    for job in stale:
        job.status, job.finished_at = JobStatus.FAILED, clock.now()
        job.message = _l("中途断了，没有做完。请重新开始。")
    return len(stale)
