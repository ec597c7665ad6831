"""Pages of acceptances: the list and the overview, the dossier, the inspection, the decision."""

from stations.views.acceptance import decision, dossiers, items, listing, rectification

__all__ = ["decision", "dossiers", "items", "listing", "rectification"]
