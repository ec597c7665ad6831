"""A county, two townships and a village in each, for tests of projects and acceptances."""

from __future__ import annotations

from datetime import date

from app.core.command import command
from app.core.database import db
from stations.models import Division, Level

COUNTY, TOWNSHIP, VILLAGE = "500242000000", "500242104000", "500242104201"
OTHER_TOWNSHIP, OTHER_VILLAGE = "500242105000", "500242105201"

_PLACES = (
    (COUNTY, "酉阳土家族苗族自治县", "酉阳土家族苗族自治县", Level.COUNTY, None),
    (TOWNSHIP, "龙潭镇", "龙潭镇", Level.TOWNSHIP, COUNTY),
    (VILLAGE, "花莲村民委员会", "花莲村", Level.VILLAGE, TOWNSHIP),
    (OTHER_TOWNSHIP, "麻旺镇", "麻旺镇", Level.TOWNSHIP, COUNTY),
    (OTHER_VILLAGE, "光明村民委员会", "光明村", Level.VILLAGE, OTHER_TOWNSHIP),
)


@command
def create_places() -> None:
    """A county, two townships and a village in each, unless they are there."""
    for n, (code, name, short, level, parent) in enumerate(_PLACES):
        if db.session.get(Division, code) is None:
            place = Division(
                code=code,
                name=name,
                short_name=short,
                level=level,
                parent_code=parent,
                lon=108.77 + n / 100,
                lat=28.84,
                valid_from=date(2020, 1, 1),
            )
            db.session.add(place)
            db.session.flush()
