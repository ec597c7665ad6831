"""Pages of the station network."""

from flask import Blueprint

bp = Blueprint("stations", __name__, template_folder="../templates")

from stations.views import (  # noqa: E402, F401  they hang their pages on bp
    acceptance,
    coverage,
    divisions,
    inspection,
    neighbours,
    network,
    phone_checks,
    plan,
    position,
    profile,
    projects,
    registers,
)
from stations.views import acceptance, coverage, money, network, plan, projects  # noqa: E402, F401  they hang their pages on bp
from stations.views import acceptance, coverage, evaluation, network, organisation, plan, publicity  # noqa: E402, F401  they hang their pages on bp  # noqa: E402, F401
