"""The inspection of one station: its overview, one criterion to a page, handing in, leaving out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock, ids
from app.core.access import Actor, Role, current_actor, requires
from app.core.errors import NotFound
from app.flows import inspections as flow
from stations.forms.inspection import ButtonForm, ExcuseForm, FinishForm, ScoreForm
from stations.models.inspection import InspectionStatus, Measured, RectificationStatus, RoundStatus, StationInspection
from stations.permissions import (
    INSPECTIONS_MANAGE,
    INSPECTIONS_READ,
    INSPECTIONS_REVIEW,
    INSPECTIONS_SCORE,
)
from stations.rules.inspection import Criterion, unheeded, written
from stations.service import inspection as service
from stations.views import bp
from stations.views.acceptance.tools import incoming, page
from stations.views.inspection.rounds import may_see_scores

OVERVIEW = "stations.show_station_inspection"


@bp.get("/stations/inspections/<uuid:inspection_id>")
@requires(INSPECTIONS_READ)
def show_station_inspection(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """Where the inspection of a station stands, and what the person may do next."""
    actor = current_actor()
    i = service.get_whole(actor, inspection_id)
    criteria, revealed = service.criteria_of(i.round), may_see_scores(actor, i.round)
    scored = {score.key: score for score in i.scores if own_points(actor, score) is not None}
    to_score = next((item for item in criteria.items if item.key not in scored), None)
    return page(
        "inspection_show.html",
        i=i,
        criteria=criteria,
        done=len(scored),
        next_item=to_score,
        may=_may(actor, i),
        revealed=revealed,
        unheeded=unheeded(i.findings, clock.today()) if i.rectification is RectificationStatus.ORDERED else [],
        history=[(e.text, e.actor_name, e.recorded_at) for e in audit.history(i)] if revealed else [],
        today=clock.today(),
        new_id=ids.new_id,
    )


def own_points(actor: Actor, score: Any) -> Any:
    """The points that a person has before them: the township its own, everybody else those that count."""
    return score.township_points if actor.role is Role.TOWNSHIP_MANAGER else score.points


def may_score(actor: Actor, i: StationInspection) -> bool:
    """Whether this person may write points now."""
    if i.round.status is not RoundStatus.RUNNING or i.status is InspectionStatus.EXCUSED:
        return False
    if actor.may(INSPECTIONS_REVIEW):
        return True
    return actor.may(INSPECTIONS_SCORE) and i.status is InspectionStatus.PENDING


def _may(actor: Actor, i: StationInspection) -> dict[str, bool]:
    manages, failed = actor.may(INSPECTIONS_MANAGE), i.grade is not None and i.grade.value == "fail"
    published = i.round.status is RoundStatus.PUBLISHED
    ordered = i.rectification is RectificationStatus.ORDERED
    unfinished = i.status in (InspectionStatus.PENDING, InspectionStatus.TOWNSHIP_SCORED)
    return {
        "score": may_score(actor, i),
        "finish": may_score(actor, i),
        "review": actor.may(INSPECTIONS_REVIEW),
        "excuse": manages and i.round.status is RoundStatus.RUNNING and unfinished,
        "find": actor.may(INSPECTIONS_SCORE) and i.round.status in service.NOT_CLOSED,
        "order": manages and published and failed and i.rectification is None,
        "resolve": manages and published and ordered,
        "correct": manages and published and i.result_version > 0,
    }


@bp.get("/stations/inspections/<uuid:inspection_id>/criteria/<string:key>")
@requires(INSPECTIONS_READ)
def show_inspection_criterion(inspection_id: uuid.UUID, key: str) -> ResponseReturnValue:
    """One criterion: its photos, what was given, and the form for whoever may score now."""
    return _criterion(inspection_id, key, None)


@bp.post("/stations/inspections/<uuid:inspection_id>/criteria/<string:key>/score")
@requires(INSPECTIONS_SCORE)
def save_inspection_score(inspection_id: uuid.UUID, key: str) -> ResponseReturnValue:
    """Save one criterion, then on to the next that has no points."""
    actor = current_actor()
    item = _item(service.get_inspection(actor, inspection_id), key)
    form = ScoreForm().label(item)
    if form.validate_on_submit():
        with form.catching():
            flow.save_score(
                actor=actor,
                request_id=form.request_id.data,
                inspection_id=inspection_id,
                key=key,
                points=form.points.data,
                part_count=form.part_count.data,
                whole_count=form.whole_count.data,
                remark=form.remark.data or "",
                files=incoming(form),
            )
            flash(_("已记下“%(item)s”。", item=item.label))
            return _next(actor, inspection_id, key)
    return _criterion(inspection_id, key, form)


def _item(i: StationInspection, key: str) -> Criterion:
    item = service.criteria_of(i.round).item(key)
    if item is None:
        raise NotFound(_("标准里没有这一项。"))
    return item


def _criterion(inspection_id: uuid.UUID, key: str, refused: ScoreForm | None) -> ResponseReturnValue:
    actor = current_actor()
    i = service.get_whole(actor, inspection_id)
    item, items = _item(i, key), service.criteria_of(i.round).items
    score, n = i.score_of(key), items.index(item)
    form = refused
    if form is None and may_score(actor, i):
        form = ScoreForm.of(item, score, reviews=actor.may(INSPECTIONS_REVIEW))
        if item.measure is Measured.EQUIPMENT and form.whole_count.data is None:
            form.whole_count.data = service.listed_pieces(i.station_id)
    told = flow.suggestion(i, item, score.part_count if score else None, score.whole_count if score else None)
    return page(
        "inspection_criterion.html",
        form,
        i=i,
        item=item,
        number=n + 1,
        of=len(items),
        score=score,
        score_form=form,
        suggestion=told,
        photos=[photo for photo in i.photos if photo.criterion_key == key and photo.finding_id is None],
        before=items[n - 1] if n else None,
        after=items[n + 1] if n + 1 < len(items) else None,
        revealed=may_see_scores(actor, i.round),
        reviews=actor.may(INSPECTIONS_REVIEW),
        new_id=ids.new_id,
    )


def _next(actor: Actor, inspection_id: uuid.UUID, key: str) -> ResponseReturnValue:
    """On to the next criterion that this person has not scored; back to the overview when there is none."""
    i = service.get_whole(actor, inspection_id)
    keys = [item.key for item in service.criteria_of(i.round).items]
    left = _left(actor, i, keys)
    after = [one for one in left if keys.index(one) > keys.index(key)] or left
    if after:
        return redirect(url_for("stations.show_inspection_criterion", inspection_id=inspection_id, key=after[0]), 303)
    return to_inspection(inspection_id)


def _left(actor: Actor, i: StationInspection, keys: Sequence[str]) -> list[str]:
    reviews = actor.may(INSPECTIONS_REVIEW)
    given = {s.key: s.county_points if reviews else s.township_points for s in i.scores}
    return [key for key in keys if given.get(key) is None]


@bp.route("/stations/inspections/<uuid:inspection_id>/finish", methods=["GET", "POST"])
@requires(INSPECTIONS_SCORE)
def finish_station_inspection(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """The visit is done: to the county, or settled by it."""
    actor = current_actor()
    i = service.get_whole(actor, inspection_id)
    form = FinishForm(remark=i.remark)
    if form.validate_on_submit():
        with form.catching():
            done = service.finish_scoring(
                actor=actor,
                request_id=form.request_id.data,
                inspection_id=inspection_id,
                visited_on=form.visited_on.data,
                remark=form.remark.data or "",
            )
            reviewed = done.status is InspectionStatus.REVIEWED
            total = written(done.total) if done.total is not None else ""
            flash(_("复核完成：%(total)s 分。", total=total) if reviewed else _("已交县里复核。"))
            return to_inspection(inspection_id)
    return page("inspection_finish.html", form, i=i, reviews=actor.may(INSPECTIONS_REVIEW))


@bp.route("/stations/inspections/<uuid:inspection_id>/excuse", methods=["GET", "POST"])
@requires(INSPECTIONS_MANAGE)
def excuse_station_inspection(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """Leave a station out of the round."""
    actor = current_actor()
    form = ExcuseForm()
    if form.validate_on_submit():
        with form.catching():
            service.excuse(
                actor=actor,
                request_id=form.request_id.data,
                inspection_id=inspection_id,
                reason=form.reason.data or "",
            )
            flash(_("已记下，这个站点本轮不检。"))
            return to_inspection(inspection_id)
    return page("inspection_excuse.html", form, i=service.get_inspection(actor, inspection_id))


@bp.post("/stations/inspection-photos/<uuid:photo_id>/removal")
@requires(INSPECTIONS_SCORE)
def remove_inspection_photo(photo_id: uuid.UUID) -> ResponseReturnValue:
    """Take a wrong photo out; the service tells who may."""
    form = ButtonForm()
    photo = service.remove_photo(actor=current_actor(), request_id=form.request_id.data, photo_id=photo_id)
    flash(_("已撤下“%(name)s”。", name=photo.upload.filename))
    if photo.finding_id is not None:
        return redirect(url_for("stations.show_inspection_finding", finding_id=photo.finding_id), 303)
    if photo.criterion_key is None:
        return to_inspection(photo.inspection_id)
    where = {"inspection_id": photo.inspection_id, "key": photo.criterion_key}
    return redirect(url_for("stations.show_inspection_criterion", **where), 303)


def to_inspection(inspection_id: uuid.UUID, anchor: str | None = None) -> ResponseReturnValue:
    """Back to the overview."""
    return redirect(url_for(OVERVIEW, inspection_id=inspection_id, _anchor=anchor), 303)
