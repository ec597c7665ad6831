"""What a station offers, whom it works with, whose rooms it uses: a page for each."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from app.core.errors import NotFound
from app.core.forms import BaseForm
from stations import service
from stations.forms.profile import EndPartnerForm, OffersForm, PartnerForm, PremisesForm
from stations.models import Station, Tenure
from stations.permissions import STATIONS_EDIT
from stations.views import bp


def _page(template: str, form: BaseForm, station: Station, **more: object) -> ResponseReturnValue:
    body = render_template(f"stations/{template}", form=form, station=station, **more)
    return body, 422 if form.errors else 200


def _back(station_id: uuid.UUID, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("stations.show_station", station_id=station_id, _anchor=anchor), 303)


@bp.route("/stations/<uuid:station_id>/offers", methods=["GET", "POST"])
@requires(STATIONS_EDIT)
def set_offers(station_id: uuid.UUID) -> ResponseReturnValue:
    """What a station offers from a day on."""
    actor, form = current_actor(), OffersForm()
    station = service.get_station(station_id, actor=actor)
    form.offer(station.kind)
    if form.validate_on_submit():
        with form.catching():
            service.set_offers(
                actor=actor,
                request_id=form.request_id.data,
                station_id=station_id,
                services=form.ticked,
                since=form.since.data,
            )
            flash(_("服务项目已记下。"))
            return _back(station_id, "offers")
    elif not form.is_submitted():
        form.services.data = [offer.service.value for offer in service.offers_of(station) if offer.until is None]
    return _page("offers.html", form, station, offers=service.offers_of(station))


@bp.route("/stations/<uuid:station_id>/partners/new", methods=["GET", "POST"])
@requires(STATIONS_EDIT)
def new_partner(station_id: uuid.UUID) -> ResponseReturnValue:
    """A platform with which a station works from a day on."""
    actor, form = current_actor(), PartnerForm()
    station = service.get_station(station_id, actor=actor)
    if form.validate_on_submit():
        with form.catching():
            partner = service.add_partner(
                actor=actor,
                request_id=form.request_id.data,
                station_id=station_id,
                name=form.name.data,
                since=form.since.data,
            )
            flash(_("已记下与%(name)s合作。", name=partner.name))
            return _back(station_id, "partners")
    return _page("partner.html", form, station, partner=None)


@bp.route("/stations/<uuid:station_id>/partners/<uuid:partner_id>/end", methods=["GET", "POST"])
@requires(STATIONS_EDIT)
def end_partner(station_id: uuid.UUID, partner_id: uuid.UUID) -> ResponseReturnValue:
    """It no longer works with it."""
    actor, form = current_actor(), EndPartnerForm()
    station = service.get_station(station_id, actor=actor)
    partner = service.find_partner(station, partner_id)
    if form.validate_on_submit():
        with form.catching():
            ended = service.end_partner(
                actor=actor,
                request_id=form.request_id.data,
                station_id=station_id,
                partner_id=partner_id,
                until=form.until.data,
            )
            flash(_("已记下不再与%(name)s合作。", name=ended.name))
            return _back(station_id, "partners")
    if partner is None:
        raise NotFound(_("没有找到这个合作平台。"))
    return _page("partner.html", form, station, partner=partner)


@bp.route("/stations/<uuid:station_id>/premises", methods=["GET", "POST"])
@requires(STATIONS_EDIT)
def set_premises(station_id: uuid.UUID) -> ResponseReturnValue:
    """Whose rooms a station uses, on what terms."""
    actor, form = current_actor(), PremisesForm()
    station = service.get_station(station_id, actor=actor)
    history = service.premises_of(station)
    if form.validate_on_submit():
        with form.catching():
            service.set_premises(
                actor=actor,
                request_id=form.request_id.data,
                station_id=station_id,
                tenure=Tenure(form.tenure.data),
                owner_name=form.owner_name.data,
                rent_fen=form.rent.data or 0,
                lease_until=form.lease_until.data,
                effective_on=form.effective_on.data,
            )
            flash(_("房屋情况已记下。"))
            return _back(station_id, "premises")
    elif not form.is_submitted() and history:
        form.tenure.data, form.owner_name.data = history[0].tenure.value, history[0].owner_name
        form.rent.data, form.lease_until.data = history[0].rent_fen or None, history[0].lease_until
    return _page("premises.html", form, station, history=history)
