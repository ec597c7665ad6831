"""Pages of construction projects: the list, the application, the site, the building, what was bought."""

from stations.views.projects import listing, procurement

__all__ = ["listing", "procurement"]
