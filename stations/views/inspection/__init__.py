"""Pages of inspection rounds: the list, a round, one station's inspection, findings, figures."""

from stations.views.inspection import figures, findings, outcome, rounds, scoring

__all__ = ["figures", "findings", "outcome", "rounds", "scoring"]
