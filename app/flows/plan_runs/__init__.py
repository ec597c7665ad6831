"""The county's runs of a day: stations' positions and waiting parcels go to the planner, its plan becomes proposals."""

from app.flows.plan_runs.job import start_planning
from app.flows.plan_runs.planning import PlanResult, plan_runs

__all__ = ["PlanResult", "plan_runs", "start_planning"]
