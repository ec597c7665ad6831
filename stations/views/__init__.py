"""Pages of the station network."""

from flask import Blueprint

bp = Blueprint("stations", __name__, template_folder="../templates")

from stations.views import (  # noqa: E402, F401  they hang their pages on bp
    acceptance,
    building,
    coverage,
    divisions,
    evaluation,
    inspection,
    money,
    neighbours,
    network,
    organisation,
    phone_checks,
    plan,
    position,
    profile,
    projects,
    publicity,
    registers,
)
