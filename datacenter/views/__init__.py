"""Pages of the data centre."""

from flask import Blueprint

bp = Blueprint("datacenter", __name__, template_folder="../templates")

from datacenter.views import registers, statistics  # noqa: E402, F401  they hang their pages on bp
