"""Where a station stands, taken on site: typed, read from a photo, or asked of the phone."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock, uploads
from app.core.access import current_actor, requires
from app.core.errors import NotFound
from app.core.uploads import Upload
from app.core.web import CONTENT_POLICY_WITH_SCRIPT
from stations import service
from stations.forms.profile import DoorPhotoForm, PositionForm, as_uuid
from stations.models import PositionSource, Station
from stations.permissions import STATIONS_LOCATE
from stations.service.acceptance import Incoming
from stations.views import bp


@bp.route("/stations/<uuid:station_id>/position", methods=["GET", "POST"])
@requires(STATIONS_LOCATE)
def set_position(station_id: uuid.UUID) -> ResponseReturnValue:
    """Keep where a station stands; what a photo told is shown first, to be confirmed."""
    actor, form = current_actor(), PositionForm()
    station = service.get_station(station_id, actor=actor)
    photo = _photo(form)
    if form.validate_on_submit():
        with form.catching():
            service.set_position(
                actor=actor,
                request_id=form.request_id.data,
                station_id=station_id,
                fix=form.fix(photo),
                sure=form.sure.data,
            )
            flash(_("位置已记下。"))
            return redirect(url_for("stations.show_station", station_id=station_id, _anchor="position"), 303)
    elif not form.is_submitted() and photo is not None:
        _read(form, photo)
    return _page(station, form, DoorPhotoForm(formdata=None), photo)


def _photo(form: PositionForm) -> Upload | None:
    """The photo at the door that the page is about: of this person, or of this place; None when there is none."""
    upload_id = form.upload_id.data if form.is_submitted() else as_uuid(request.args.get("photo", ""))
    try:
        upload = uploads.get_upload(current_actor(), upload_id) if upload_id else None
    except NotFound:
        return None
    return upload if upload is not None and upload.lon is not None and upload.lat is not None else None


def _read(form: PositionForm, photo: Upload) -> None:
    form.lon.data, form.lat.data = photo.lon, photo.lat
    form.upload_id.data, form.source.data = photo.id, PositionSource.PHOTO.value
    if photo.taken_at is not None:
        form.taken_on.data = min(clock.local(photo.taken_at).date(), clock.today())


def _page(station: Station, form: PositionForm, door: DoorPhotoForm, photo: Upload | None) -> ResponseReturnValue:
    body = render_template(
        "stations/position.html",
        station=station,
        form=form,
        door=door,
        photo=photo,
        positions=service.positions_of(station),
    )
    answer = make_response(body, 422 if form.errors or door.errors else 200)
    answer.headers["Content-Security-Policy"] = CONTENT_POLICY_WITH_SCRIPT
    return answer


@bp.post("/stations/<uuid:station_id>/position/photo")
@requires(STATIONS_LOCATE)
def read_door_photo(station_id: uuid.UUID) -> ResponseReturnValue:
    """A photo taken at the door: the position in it is read and shown for confirmation."""
    actor, door = current_actor(), DoorPhotoForm()
    station = service.get_station(station_id, actor=actor)
    if door.validate_on_submit():
        with door.catching():
            file = door.photo.data
            upload = service.keep_door_photo(
                actor=actor,
                request_id=door.request_id.data,
                station_id=station_id,
                photo=Incoming.read(file.filename or "", file.stream),
            )
            return redirect(url_for("stations.set_position", station_id=station_id, photo=upload.id), 303)
    return _page(station, PositionForm(formdata=None), door, None)
