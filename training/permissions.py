"""Rights in training."""

from flask_babel import lazy_gettext as _l

from app.core.access import Permission, Role

TRAINING_READ = Permission(
    "training.read",
    _l("查看培训"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER, Role.TRAINER, Role.VILLAGE_OPERATOR},
)
TRAINING_MANAGE = Permission(
    "training.manage", _l("安排培训、记签到"), {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER, Role.TRAINER}
)
