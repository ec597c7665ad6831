"""Pages of construction projects: the list, the application, the site, the building, what was bought, the register."""

from stations.views.projects import application, assets, listing, procurement, steps

__all__ = ["application", "assets", "listing", "procurement", "steps"]
