"""The figures of a station's trial run, each with its definition, as plain data for the report."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from app.core.money import format_fen
from logistics.service import parcel_activity
from stations.models import Station
from stations.rules.trial import Period, trial_period
from stations.service import status_history
from trade.service import activity

Facts = dict[str, Any]


def operation_figures(station: Station, on: date) -> Facts:
    """What the station did while on trial, as of the day ``on``; ``rows`` is empty before its first whole day.

    Each row is (name, figure with unit, definition).
    """
    moves = [(change.new_status, change.effective_on) for change in reversed(status_history(station))]
    period = trial_period(moves, on)
    if period is None:
        return {"first": "", "last": "", "rows": []}
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "rows": [list(row) for row in _rows(station.id, period)],
    }


def _rows(station_id: uuid.UUID, period: Period) -> list[tuple[str, str, str]]:
    services = activity.station_activity(station_id, period.first, period.last)
    parcels = parcel_activity(station_id, period.first, period.last)
    active = len(services.days | parcels.days)
    return [
        ("有业务的天数", f"{active} / {period.days} 天", "当天有代买、代卖或包裹记录的天数 / 试运行的天数"),
        ("日结天数", f"{services.closed_days} 天", "做了日结的天数，更正的只算一次"),
        ("代买", f"{services.purchases} 笔，{format_fen(services.purchase_fen)}", "含运费，作废的不计，以下单日为准"),
        ("代卖", f"{services.sales} 笔，{format_fen(services.sale_fen)}", "应付农户的金额，作废的不计，以售出日为准"),
        ("服务人数", f"{services.people} 人", "代买、代卖涉及的乡亲和生产者，同一人只算一次"),
        ("经手包裹", f"{parcels.handled} 件", "在本站签收中转、上架、取走或收寄的包裹，同一件只算一次"),
        ("收件入库", f"{parcels.shelved} 件", "上架的下行包裹，同一件只算一次"),
        ("取件", f"{parcels.picked_up} 件", "交给收件人的包裹"),
        ("寄件", f"{parcels.accepted} 件", "在本站收寄的上行包裹"),
    ]
