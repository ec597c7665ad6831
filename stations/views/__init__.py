"""Pages of the station network."""

from flask import Blueprint

bp = Blueprint("stations", __name__, template_folder="../templates")

from stations.views import acceptance, coverage, network, plan, projects  # noqa: E402, F401  they hang their pages on bp
