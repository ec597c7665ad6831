"""What people may do with lots."""

from flask_babel import lazy_gettext as _l

from app.core.access import Permission, Role

_A, _O, _T, _V = Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR

LOTS_READ = Permission("traceability.read", _l("查看批次"), {_A, _O, _T, _V})
LOTS_RECORD = Permission("traceability.record", _l("登记批次和收获、包装"), {_A, _T, _V})
LABELS_PRINT = Permission("traceability.labels", _l("打印追溯标签"), {_A, _T, _V})
