"""Pages of acceptances: the list and the overview, the dossier, the inspection, the decision."""

from stations.views.acceptance import decision, items, listing, rectification

__all__ = ["decision", "items", "listing", "rectification"]
