"""Pages of parcels, handovers and runs."""

from logistics.views import counter, handovers, hub, listing, runs, settling, vehicles  # noqa: F401  they hang their pages on the blueprints
from logistics.views.blueprint import parcels_bp, runs_bp

blueprints = [parcels_bp, runs_bp]

__all__ = ["blueprints"]
