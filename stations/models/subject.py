"""What an acceptance is about."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.labels import LabelEnum


class Subject(LabelEnum):
    """What a dossier is about. Stations are named as their kinds are."""

    TOWNSHIP_STATION = "township_station", _l("乡镇综合服务站")
    VILLAGE_POINT = "village_point", _l("村级服务点")
    COUNTY_CENTER = "county_center", _l("县级公共服务中心")
    LOGISTICS = "logistics", _l("县乡村物流")
    TRAINING_SESSION = "training_session", _l("培训场次")
    CULTIVATED_PRODUCT = "cultivated_product", _l("培育产品")
    CONTRACT_YEAR = "contract_year", _l("运营合同年度")


# Those that are built with a subsidy: their dossier begins with a construction project. The county's own centre is
# bought by tender, so its dossier is the hub's own and no township's project stands before it.
STATION_SUBJECTS = frozenset({Subject.TOWNSHIP_STATION, Subject.VILLAGE_POINT})
