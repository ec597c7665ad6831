"""The planner of two-tier runs: hub → township stations → village points, and back up on the same run.

Pure: frozen data in, a plan out; no database, no request. Start at `solve`.
"""

from logistics.planner.problem import (
    Customer,
    Fleet,
    NoPlanFound,
    PlannerError,
    Problem,
    Satellite,
    UnsolvableProblem,
    faults,
)
from logistics.planner.search import solve
from logistics.planner.solution import (
    Cost,
    FreighterRoute,
    Solution,
    Stop,
    TruckTour,
    cost,
    violations,
)

__all__ = [
    "Cost",
    "Customer",
    "Fleet",
    "FreighterRoute",
    "NoPlanFound",
    "PlannerError",
    "Problem",
    "Satellite",
    "Solution",
    "Stop",
    "TruckTour",
    "UnsolvableProblem",
    "cost",
    "faults",
    "solve",
    "violations",
]
