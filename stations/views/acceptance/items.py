"""The checklist, one item to a page: photos first, then what this person does with it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import ids
from app.core.access import Actor, current_actor, requires
from app.core.forms import BaseForm
from stations.forms.acceptance import ActionForm, EvidenceForm, JudgeForm, WaiveForm
from stations.models.acceptance import Acceptance, AcceptanceItem, AcceptanceStatus, ItemResult
from stations.permissions import ACCEPTANCE_DECIDE, ACCEPTANCE_INSPECT, ACCEPTANCE_PREPARE, ACCEPTANCE_READ
from stations.rules import acceptance as rules
from stations.rules.dossier import compare_sign, total_score
from stations.service import acceptance as service
from stations.views import bp
from stations.views.acceptance.tools import incoming, page


@bp.get("/stations/acceptances/<uuid:acceptance_id>/items")
@requires(ACCEPTANCE_READ)
def list_acceptance_items(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """The checklist with how far it is: first what still waits for this person, then the rest."""
    actor = current_actor()
    acceptance = service.get_checklist(actor, acceptance_id)
    waiting = [item for item in acceptance.items if _needs(actor, acceptance, item)]
    rest = [item for item in acceptance.items if item not in waiting]
    return page("acceptance_items.html", a=acceptance, waiting=waiting, rest=rest)


@bp.get("/stations/acceptances/<uuid:acceptance_id>/sheet")
@requires(ACCEPTANCE_READ)
def print_acceptance_sheet(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """The whole checklist on one page, to be printed and filled in by hand."""
    acceptance = service.get_checklist(current_actor(), acceptance_id)
    total = total_score(acceptance.items, acceptance.pass_mark)
    return page("acceptance_sheet.html", a=acceptance, total=total, results=list(ItemResult))


@bp.get("/stations/acceptance-items/<uuid:item_id>")
@requires(ACCEPTANCE_READ)
def show_acceptance_item(item_id: uuid.UUID) -> ResponseReturnValue:
    """One item: its photos and files, what was judged, and the form for whoever may act now."""
    return _show(service.get_item(current_actor(), item_id))


@bp.post("/stations/acceptance-items/<uuid:item_id>/evidence")
@requires(ACCEPTANCE_PREPARE)
def record_acceptance_evidence(item_id: uuid.UUID) -> ResponseReturnValue:
    """Files and facts from the township."""
    actor = current_actor()
    item = service.get_item(actor, item_id)
    form = EvidenceForm()
    if form.validate_on_submit():
        with form.catching():
            service.record_evidence(
                actor=actor,
                request_id=form.request_id.data,
                item_id=item_id,
                files=incoming(form),
                caption=form.caption.data or "",
                answer=form.answer.data or "",
                issuer=form.issuer.data or "",
                dated_on=form.dated_on.data,
                amount_fen=form.amount.data,
                page_count=form.page_count.data,
            )
            flash(_("已记下“%(item)s”。", item=item.label))
            return _next(actor, item)
    return _show(service.get_item(actor, item_id), evidence=form)


@bp.post("/stations/acceptance-items/<uuid:item_id>/judgement")
@requires(ACCEPTANCE_INSPECT)
def judge_acceptance_item(item_id: uuid.UUID) -> ResponseReturnValue:
    """The inspector's result with the photos taken on site."""
    actor = current_actor()
    item = service.get_item(actor, item_id)
    form = JudgeForm()
    if form.validate_on_submit():
        with form.catching():
            service.judge_item(
                actor=actor,
                request_id=form.request_id.data,
                item_id=item_id,
                result=ItemResult(form.result.data),
                remark=form.remark.data or "",
                score=form.score.data,
                files=incoming(form),
            )
            flash(_("已记下“%(item)s”：%(result)s。", item=item.label, result=ItemResult(form.result.data).label))
            return _next(actor, item)
    return _show(service.get_item(actor, item_id), judge=form)


@bp.post("/stations/acceptance-items/<uuid:item_id>/waiver")
@requires(ACCEPTANCE_DECIDE)
def waive_acceptance_item(item_id: uuid.UUID) -> ResponseReturnValue:
    """The hub signs that the item need not be there."""
    actor = current_actor()
    form = WaiveForm()
    if form.validate_on_submit():
        with form.catching():
            item = service.waive_item(
                actor=actor, request_id=form.request_id.data, item_id=item_id, reason=form.reason.data
            )
            flash(_("已签字免除“%(item)s”。", item=item.label))
            return redirect(url_for("stations.list_acceptance_items", acceptance_id=item.acceptance_id), 303)
    return _show(service.get_item(actor, item_id), waive=form)


@bp.post("/stations/acceptance-files/<uuid:file_id>/removal")
@requires(ACCEPTANCE_READ)
def remove_acceptance_file(file_id: uuid.UUID) -> ResponseReturnValue:
    """Take a wrong file out; the service tells who may."""
    form = ActionForm()
    file = service.remove_file(actor=current_actor(), request_id=form.request_id.data, file_id=file_id)
    flash(_("已撤下“%(name)s”。", name=file.upload.filename))
    if file.item_id is None:
        return redirect(url_for("stations.show_finding", finding_id=file.finding_id), 303)
    return redirect(url_for("stations.show_acceptance_item", item_id=file.item_id), 303)


def _next(actor: Actor, item: AcceptanceItem) -> ResponseReturnValue:
    """On to the next item that still needs this person, or back to the list when none does."""
    acceptance = service.get_checklist(actor, item.acceptance_id)
    open_items = [i for i in acceptance.items if _needs(actor, acceptance, i)]
    after = [i for i in open_items if i.position > item.position] or open_items
    if after:
        return redirect(url_for("stations.show_acceptance_item", item_id=after[0].id), 303)
    return redirect(url_for("stations.list_acceptance_items", acceptance_id=acceptance.id), 303)


def _needs(actor: Actor, a: Acceptance, item: AcceptanceItem) -> bool:
    """Whether an item still waits for what this person does with it now."""
    if item.is_waived or item.is_payment:  # the money comes after the acceptance
        return False
    if _may_judge(actor, a):
        return item.result is None
    return _may_prepare(actor, a, item) and item.required and not item.has_evidence


def _show(
    item: AcceptanceItem,
    *,
    evidence: EvidenceForm | None = None,
    judge: JudgeForm | None = None,
    waive: WaiveForm | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    a = service.get_checklist(actor, item.acceptance_id)
    refused = next((form for form in (evidence, judge, waive) if form is not None), None)
    forms = {
        "evidence": evidence or (EvidenceForm.of(item) if _may_prepare(actor, a, item) else None),
        "judge": judge or (JudgeForm.of(item) if _may_judge(actor, a) else None),
        "waive": waive or (WaiveForm(formdata=None) if _may_waive(actor, a, item) else None),
    }
    before, after = _neighbours(a.items, item)
    body = page(
        "acceptance_item.html",
        a=a,
        item=item,
        waiting=[i for i in a.items if _needs(actor, a, i) and i is not item],
        pieces=compare_sign(item.sign, item.answer) if item.sign and item.answer else (),
        files_lost=refused is not None and any(file.filename for file in request.files.values()),
        before=before,
        after=after,
        may_remove=_may_prepare(actor, a, item) or _may_judge(actor, a),
        new_id=ids.new_id,
        **forms,
    )
    return _refused(body, refused)


def _refused(body: ResponseReturnValue, form: BaseForm | None) -> ResponseReturnValue:
    return (body[0], 422) if form is not None and request.method == "POST" else body  # type: ignore[index,return-value]


def _neighbours(
    items: Sequence[AcceptanceItem], item: AcceptanceItem
) -> tuple[AcceptanceItem | None, AcceptanceItem | None]:
    before = [i for i in items if i.position < item.position]
    after = [i for i in items if i.position > item.position]
    return (before[-1] if before else None), (after[0] if after else None)


def _may_prepare(actor: Actor, a: Acceptance, item: AcceptanceItem) -> bool:
    late = item.is_payment and a.status is AcceptanceStatus.PASSED
    return service.may_prepare(actor, a.division_code) and (a.status in rules.EDITABLE or late)


def _may_judge(actor: Actor, a: Acceptance) -> bool:
    return actor.may(ACCEPTANCE_INSPECT) and a.status in rules.INSPECTABLE


def _may_waive(actor: Actor, a: Acceptance, item: AcceptanceItem) -> bool:
    return actor.may(ACCEPTANCE_DECIDE) and item.required and not rules.settled(item) and a.status in rules.WAIVABLE
