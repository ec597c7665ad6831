"""The hub's decision and the report."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from app.flows import verification_reports
from stations.forms.acceptance import ActionForm, DecisionForm, ReasonForm
from stations.models.acceptance import Decision
from stations.models.finding import FindingStatus
from stations.permissions import ACCEPTANCE_DECIDE
from stations.rules import acceptance as rules
from stations.rules.dossier import total_score
from stations.service import acceptance as service
from stations.views import bp
from stations.views.acceptance.tools import page, to_acceptance, wanted


@bp.route("/stations/acceptances/<uuid:acceptance_id>/decision", methods=["GET", "POST"])
@requires(ACCEPTANCE_DECIDE)
def decide_acceptance(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """Pass, send back to be put right, or refuse."""
    actor = current_actor()
    acceptance = service.get_checklist(actor, acceptance_id)
    form = DecisionForm.of(acceptance)
    if form.validate_on_submit():
        with form.catching():
            service.decide(
                actor=actor,
                request_id=form.request_id.data,
                acceptance_id=acceptance_id,
                version=form.version.data or 0,
                decision=Decision(form.decision.data),
                opinion=form.opinion.data,
                township_signer=form.township_signer.data,
                bureau_signer=form.bureau_signer.data,
                third_party=form.third_party.data or "",
                third_party_signer=form.third_party_signer.data or "",
                decided_on=form.decided_on.data,
            )
            flash(_("决定已记下。"))
            return to_acceptance(acceptance_id)
        # The page now shows the present state: what is decided next is decided on that.
        acceptance = service.get_checklist(actor, acceptance_id)
        form.version.raw_data, form.version.data = None, acceptance.version
    unfinished = [f for f in acceptance.findings if f.status is not FindingStatus.CLOSED]
    return page(
        "acceptance_decision.html",
        form,
        a=acceptance,
        blocking=rules.blocking(acceptance.items),
        unfinished=unfinished,
        total=total_score(acceptance.items, acceptance.pass_mark),
    )


@bp.post("/stations/acceptances/<uuid:acceptance_id>/report")
@requires(ACCEPTANCE_DECIDE)
def issue_acceptance_report(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """Issue the signed report."""
    form = ActionForm()
    document = verification_reports.issue_report(
        actor=current_actor(), request_id=form.request_id.data, acceptance_id=acceptance_id
    )
    flash(_("验收报告已签发，编号 %(number)s。", number=document.number))
    return to_acceptance(acceptance_id, "report")


@bp.post("/stations/acceptances/<uuid:acceptance_id>/report/withdrawal")
@requires(ACCEPTANCE_DECIDE)
def withdraw_acceptance_report(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """Declare the report void."""
    form = ReasonForm()
    service.withdraw_report(
        actor=current_actor(),
        request_id=form.request_id.data,
        acceptance_id=acceptance_id,
        reason=form.reason.data or "",
    )
    flash(_("验收报告已作废。"))
    return to_acceptance(acceptance_id, "report")


@bp.post("/stations/acceptances/reports")
@requires(ACCEPTANCE_DECIDE)
def issue_acceptance_reports() -> ResponseReturnValue:
    """Issue the reports of all decided acceptances that the list shows, as one job; what it shows is in the address."""
    form = ActionForm()
    job = verification_reports.start_reports(actor=current_actor(), request_id=form.request_id.data, **wanted())
    return redirect(url_for("jobs.show_job", job_id=job.id), 303)
