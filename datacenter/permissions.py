"""Rights over statistics."""

from flask_babel import lazy_gettext as _l

from app.core.access import Permission, Role

STATISTICS_READ = Permission(
    "statistics.read", _l("查看统计"), {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER}
)
REPORT_ISSUE = Permission("statistics.issue", _l("签发月报"), {Role.COUNTY_ADMIN})
