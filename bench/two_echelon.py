"""Gaps of the planner to the best known costs: python bench/two_echelon.py DIR --seconds 60 --seeds 3

DIR holds instances (*.dat) and `bks.csv` (instance,best_known,…). Costs are our own evaluation;
pass --out to keep the solutions and have them checked by anybody else's.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parents[1]))

from logistics.planner import PlannerError, cost, solve, violations
from logistics.planner.benchmark import read_instance, write_solution


def main() -> int:
    """Print one line per instance, then the mean and the worst gap; 1 when a plan is infeasible."""
    arguments = _arguments()
    known = _best_known(arguments.directory / "bks.csv")
    print(f"{'instance':26} {'best known':>10} {'mean cost':>10} {'gap %':>7} {'worst %':>7} {'s':>5}")
    gaps, feasible = [], True
    for path in sorted(arguments.directory.glob(arguments.match)):
        begin = time.monotonic()
        costs = [_cost(path, seed, arguments) for seed in range(1, arguments.seeds + 1)]
        spent = (time.monotonic() - begin) / len(costs)
        feasible &= None not in costs
        mean, best = fmean(c if c else float("nan") for c in costs), known.get(path.stem, float("nan"))
        gaps.append(100 * (mean / best - 1))
        worst = 100 * (max(c or float("inf") for c in costs) / best - 1)
        print(f"{path.stem:26} {best:10.2f} {mean:10.2f} {gaps[-1]:7.2f} {worst:7.2f} {spent:5.1f}", flush=True)
    print(f"mean gap {fmean(gaps):.2f} %, worst instance {max(gaps):.2f} %, all feasible: {feasible}")
    return 0 if feasible else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--match", default="*.dat")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def _best_known(path: Path) -> dict[str, float]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: float(row["best_known"]) for row in csv.DictReader(lines)}


def _cost(path: Path, seed: int, arguments: argparse.Namespace) -> float | None:
    problem = read_instance(path)
    try:
        plan = solve(problem, seconds=arguments.seconds, seed=seed, workers=arguments.workers)
    except PlannerError as error:
        print(f"{path.stem}: {error}", file=sys.stderr)
        return None
    if arguments.out:
        write_solution(arguments.out / f"{path.stem}-{seed}.json", plan)
    wrong = violations(problem, plan)
    for words in wrong:
        print(f"{path.stem}: {words}", file=sys.stderr)
    return None if wrong else cost(problem, plan).total


if __name__ == "__main__":
    sys.exit(main())
