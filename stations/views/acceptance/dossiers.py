"""Starting the dossier of something that is no station."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import current_actor, requires
from stations.forms.acceptance import DossierForm
from stations.models import Level
from stations.models.subject import Subject
from stations.permissions import DOSSIER_OPEN
from stations.service import acceptance as service
from stations.views import bp
from stations.views.acceptance.tools import page


@bp.route("/stations/dossiers/new", methods=["GET", "POST"])
@requires(DOSSIER_OPEN)
def new_dossier() -> ResponseReturnValue:
    """Say what it is about and who puts it together."""
    actor = current_actor()
    form = DossierForm(year=clock.today().year)
    owners = service.list_owners(actor)
    form.division_code.choices = [
        (d.code, _("全县（县级公共服务中心）") if d.level is Level.COUNTY else d.short_name) for d in owners
    ]
    if form.validate_on_submit():
        with form.catching():
            opened = service.open_dossier(
                actor=actor,
                request_id=form.request_id.data,
                subject=Subject(form.subject.data),
                name=form.name.data,
                year=form.year.data,
                division_code=form.division_code.data,
                reference_url=form.reference_url.data or "",
            )
            flash(_("已开始整理。清单一共 %(count)s 项。", count=len(opened.items)))
            return redirect(url_for("stations.list_acceptance_items", acceptance_id=opened.id), 303)
    return page("acceptance_dossier_new.html", form)
