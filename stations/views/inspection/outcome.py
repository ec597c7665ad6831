"""What the hub does after publication: order a rectification, end it, correct a score."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import current_actor, requires
from stations.forms.inspection import CorrectionForm, OrderForm, OutcomeForm
from stations.models.inspection import RectificationStatus, StationInspection
from stations.permissions import INSPECTIONS_MANAGE
from stations.rules.inspection import unheeded, written
from stations.service import inspection as service
from stations.views import bp
from stations.views.acceptance.tools import page
from stations.views.inspection.scoring import to_inspection


@bp.route("/stations/inspections/<uuid:inspection_id>/order", methods=["GET", "POST"])
@requires(INSPECTIONS_MANAGE)
def order_inspection_rectification(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """Order a station that failed to be put right."""
    actor = current_actor()
    i = service.get_whole(actor, inspection_id)
    criteria = service.criteria_of(i.round)
    form = OrderForm(deadline=clock.today() + timedelta(days=criteria.rectify_days))
    if form.validate_on_submit():
        with form.catching():
            service.order_rectification(
                actor=actor,
                request_id=form.request_id.data,
                inspection_id=inspection_id,
                deadline=form.deadline.data,
                reason=form.reason.data or "",
            )
            flash(_("已责令整改，站点停业整顿。") if criteria.suspend else _("已责令整改。"))
            return to_inspection(inspection_id, "findings")
    return page("inspection_order.html", form, i=i, criteria=criteria)


@bp.route("/stations/inspections/<uuid:inspection_id>/outcome", methods=["GET", "POST"])
@requires(INSPECTIONS_MANAGE)
def resolve_inspection_rectification(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """End a rectification: the station opens again, or it is closed."""
    actor = current_actor()
    i = service.get_whole(actor, inspection_id)
    form = OutcomeForm()
    if form.validate_on_submit():
        with form.catching():
            done = service.resolve_rectification(
                actor=actor,
                request_id=form.request_id.data,
                inspection_id=inspection_id,
                outcome=RectificationStatus(form.outcome.data),
                reason=form.reason.data or "",
            )
            label = done.rectification.label if done.rectification else ""
            flash(_("已记下：%(outcome)s。", outcome=label))
            return to_inspection(inspection_id)
    return page("inspection_outcome.html", form, i=i, unheeded=unheeded(i.findings, clock.today()))


@bp.route("/stations/inspections/<uuid:inspection_id>/correction", methods=["GET", "POST"])
@requires(INSPECTIONS_MANAGE)
def correct_inspection_score(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """Change a published score: a new version with its reason."""
    actor = current_actor()
    i = service.get_whole(actor, inspection_id)
    form = CorrectionForm(version=i.result_version).offer(_present(i))
    if form.validate_on_submit():
        with form.catching():
            service.correct_score(
                actor=actor,
                request_id=form.request_id.data,
                inspection_id=inspection_id,
                version=form.version.data or 0,
                key=form.key.data,
                points=form.points.data,
                reason=form.reason.data or "",
            )
            flash(_("已更正，原来的分数留着。"))
            return to_inspection(inspection_id, "results")
        # The page now shows the present points: what is corrected next is corrected on those.
        i = service.get_whole(actor, inspection_id)
        form.version.raw_data, form.version.data = None, i.result_version
        form.offer(_present(i))
    return page("inspection_correction.html", form, i=i)


def _present(i: StationInspection) -> list[tuple[str, str]]:
    return [
        (item.key, _("%(label)s（现在 %(points)s 分）", label=item.label, points=written(score.points)))
        for item in service.criteria_of(i.round).items
        if (score := i.score_of(item.key)) is not None and score.points is not None
    ]
