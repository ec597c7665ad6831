"""The county's plan for a year and its targets."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.scope import covers
from stations.errors import DivisionNotFound
from stations.models import Division, Level, Plan, PlanMilestone, PlanTarget
from stations.permissions import PLAN_SET
from stations.rules.plan import Milestone, Target, check_milestones, plain


def find_plan(county_code: str, year: int | None = None) -> Plan | None:
    """The county's plan for a year, or its newest one; None when there is none."""
    query = sa.select(Plan).where(Plan.county_code == county_code).order_by(Plan.year.desc()).limit(1)
    return db.session.scalars(query if year is None else query.where(Plan.year == year)).first()


def targets_of(plan: Plan) -> list[Target]:
    """The plan's targets as the rules take them."""
    return [
        Target(
            t.measure,
            t.amount,
            t.due_on,
            t.existing_before,
            tuple(Milestone(m.due_on, m.amount) for m in t.milestones),
        )
        for t in plan.targets
    ]


def plan_years(county_code: str) -> Sequence[int]:
    """The years for which the county has a plan, newest first."""
    return db.session.scalars(
        sa.select(Plan.year).where(Plan.county_code == county_code).order_by(Plan.year.desc())
    ).all()


@command
@idempotent
def set_plan(
    *, actor: Actor, request_id: uuid.UUID | None, county_code: str, year: int, name: str, targets: Sequence[Target]
) -> Plan:
    """Set, or replace, the county's plan for a year.

    Raises DivisionNotFound for another county, InvalidInput when a measure comes twice, a percentage is above 100,
    a number of stations is no whole number, more stood before than are planned, or milestones don't lead to the target.
    """
    actor.require(PLAN_SET)
    county = db.session.get(Division, county_code, with_for_update={"key_share": True})
    if county is None or county.level is not Level.COUNTY or not covers(actor.scope_code, county_code):
        raise DivisionNotFound
    _check(targets, year)
    plan = find_plan(county_code, year)
    before = [_words(target) for target in targets_of(plan)] if plan else []
    if plan is None:
        plan = Plan(county_code=county_code, year=year, name=name, created_at=clock.now())
        db.session.add(plan)
    plan.name = name
    _replace(plan, targets)
    db.session.flush()
    db.session.expire(plan, ["targets"])  # to be read again in their new order
    now = [_words(target) for target in targets]
    audit.record(
        actor=actor,
        action="stations.plan_set",
        subject=plan,
        text=f"{name}：" + "；".join(now) + "。" + (f"原为：{'；'.join(before)}。" if before and before != now else ""),
        division_code=county_code,
    )
    return plan


def _check(targets: Sequence[Target], year: int) -> None:
    if not targets:
        raise InvalidInput(_l("计划至少要有一个目标。"))
    if len({target.measure for target in targets}) < len(targets):
        raise InvalidInput(_l("同一个目标写了两次。"))
    for target in targets:
        field = target.measure.value
        if target.amount < 0 or (target.measure.is_percentage and target.amount > 100):
            raise InvalidInput(_l("应在 0 和 100 之间。"), field=field)
        if not target.measure.is_percentage and target.amount != target.amount.to_integral_value():
            raise InvalidInput(_l("站点数应为整数。"), field=field)
        if not target.measure.is_percentage and not 0 <= target.existing_before <= target.amount:
            raise InvalidInput(_l("原有的不能多于计划的。"), field=f"{field}_before")
        check_milestones(target, date(year, 1, 1))


def _replace(plan: Plan, targets: Sequence[Target]) -> None:
    kept = {target.measure: target for target in plan.targets}
    for position, target in enumerate(targets):
        row = kept.pop(target.measure, None)
        if row is None:
            row = PlanTarget(measure=target.measure)
            plan.targets.append(row)
        row.position, row.amount, row.due_on = position, target.amount, target.due_on
        row.existing_before = target.existing_before
        _replace_milestones(row, target.milestones)
    for gone in kept.values():
        plan.targets.remove(gone)


def _replace_milestones(row: PlanTarget, milestones: Sequence[Milestone]) -> None:
    kept = {milestone.due_on: milestone for milestone in row.milestones}
    for wanted in milestones:
        milestone = kept.pop(wanted.due_on, None)
        if milestone is None:
            milestone = PlanMilestone(due_on=wanted.due_on)
            row.milestones.append(milestone)
        milestone.amount = wanted.amount
    for gone in kept.values():
        row.milestones.remove(gone)


def _words(target: Target) -> str:
    before = f"（其中原有 {target.existing_before}）" if target.existing_before else ""
    steps = "".join(f"，{m.due_on.isoformat()} 前 {plain(m.amount)}" for m in target.milestones)
    return f"{target.measure.label} {plain(target.amount)}{before}，{target.due_on.isoformat()} 前{steps}"
