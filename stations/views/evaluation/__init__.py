"""Pages of performance evaluations: the list, the score table, the leaves, the rounds, the rectification list."""

from stations.views.evaluation import leaves, listing, rectification, rounds

__all__ = ["leaves", "listing", "rectification", "rounds"]
