"""The sheet of stations: what the list shows, and what each station is like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.core.format import day
from app.core.sheets import Column
from stations import service
from stations.service.finding import Listed
from stations.service.registers import Profile


def station_columns() -> list[Column]:
    """Who, where, in which state; then rooms, people, services, position."""
    return [
        Column(_("编号")),
        Column(_("名称")),
        Column(_("类型")),
        Column(_("乡镇")),
        Column(_("村")),
        Column(_("区划代码")),
        Column(_("状态")),
        Column(_("状态开始"), "date"),
        Column(_("开业"), "date"),
        Column(_("计划前已建"), "text"),
        Column(_("负责人")),
        Column(_("地址")),
        Column(_("面积（平方米）"), "int"),
        Column(_("开放时间")),
        Column(_("标识文字")),
        Column(_("从业人数"), "int"),
        Column(_("其中重点群体"), "int"),
        Column(_("服务项目")),
        Column(_("合作平台")),
        Column(_("房屋")),
        Column(_("房屋所有人")),
        Column(_("年租金（元）"), "fen"),
        Column(_("到期日"), "date"),
        Column(_("经度")),
        Column(_("纬度")),
        Column(_("位置来源")),
        Column(_("误差（米）"), "int"),
        Column(_("实测日期"), "date"),
    ]


def station_rows(stations: Sequence[Listed], on: date) -> Iterable[Sequence[object]]:
    """A row for each station as it was on a day."""
    profiles = service.profiles_on([listed.id for listed in stations], on)
    for listed in stations:
        yield (*_state(listed), *_profile(listed, profiles[listed.id]))


def _state(listed: Listed) -> tuple[Any, ...]:
    station = listed.station
    return (
        station.code,
        listed.name,
        str(station.kind.label),
        listed.place.township,
        listed.place.village,
        station.division_code,
        str(listed.status.label),
        listed.since,
        station.opened_on,
        _("是") if station.built_before_plan else _("否"),
        station.manager_name,
        station.address,
        station.area_m2,
    )


def _profile(listed: Listed, profile: Profile) -> tuple[Any, ...]:
    station, rooms, where = listed.station, profile.premises, profile.position
    return (
        station.opening_hours,
        station.sign_text,
        station.staff,
        station.staff_priority,
        "、".join(str(offered.label) for offered in profile.services),
        "、".join(profile.partners),
        str(rooms.tenure.label) if rooms else "",
        rooms.owner_name if rooms else "",
        rooms.rent_fen if rooms else None,
        rooms.lease_until if rooms else None,
        f"{where.lon:.6f}" if where else "",
        f"{where.lat:.6f}" if where else "",
        str(where.source.label) if where else "",
        where.accuracy_m if where else None,
        where.taken_on if where else None,
    )


def station_notes(on: date) -> list[str]:
    """What the sheet says and what it does not."""
    return [
        _(
            "截至 %(day)s：状态、名称、服务项目、合作平台、房屋按当日；开业、负责人、地址、面积、人数为现在的记录。",
            day=day(on),
        ),
        _("位置只列到现场测过的；没有测过的空着。"),
    ]
