"""The planner: what it reads, what it refuses, and that its plans may be driven and are good."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
from itertools import combinations_with_replacement, pairwise, permutations, product
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.planner import (
    Customer,
    Fleet,
    FreighterRoute,
    NoPlanFound,
    Problem,
    Satellite,
    Solution,
    Stop,
    TruckTour,
    UnsolvableProblem,
    cost,
    faults,
    solve,
    violations,
)
from logistics.planner.benchmark import (
    BenchmarkError,
    parse_instance,
    read_instance,
    solution_from_json,
    solution_to_json,
)
from logistics.planner.distance import DistanceFileError, great_circle, read_matrix
from logistics.planner.first_level import FirstLevel
from logistics.planner.solution import peak_load

SHARED = Path(__file__).parents[2].parent / "shared"
INSTANCES = SHARED / "data" / "two-echelon"
CHECKER = SHARED / "tools" / "check_two_echelon.py"

TINY = """
! comment
2,10,1,0
2,3,6,1,0
0,0   10,0   0,10,0.5
12,0,3  12,2,3   0,12,3   2,12,2
"""


def euclidean(points: list[tuple[float, float]]) -> np.ndarray:
    places = np.array(points, dtype=float).reshape(-1, 2)
    return np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))


def problem_of(
    satellites: list[tuple[float, float]],
    customers: list[tuple[float, float, int, int]],
    *,
    trucks: Fleet,
    freighters: Fleet,
    handling: float = 0.0,
) -> Problem:
    """A problem on the plane with its depot at the origin."""
    places = [(x, y) for x, y, _down, _up in customers]
    return Problem(
        trucks=trucks,
        freighters=freighters,
        satellites=tuple(Satellite(handling) for _s in satellites),
        customers=tuple(Customer(down, up) for _x, _y, down, up in customers),
        first=euclidean([(0, 0), *satellites]),
        second=euclidean([*satellites, *places]),
    )


# -- the benchmark format --------------------------------------------------------------------


def test_reads_an_instance() -> None:
    problem = parse_instance(TINY)
    assert problem.trucks == Fleet(2, 10)
    assert problem.freighters == Fleet(3, 6, per_satellite=2)
    assert [s.handling_cost for s in problem.satellites] == [0, 0.5]
    assert [c.delivery for c in problem.customers] == [3, 3, 3, 2]
    assert problem.first[0, 1] == 10
    assert problem.second[0, 2] == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("1,1,1,0\n1,1,1,1,0\n0,0 1,1", None),
        ("1,1,1\n1,1,1,1,0\n0,0 1,1\n1,1,1", 1),
        ("1,1,1,0\n1,1,1,0\n0,0 1,1\n1,1,1", 2),
        ("1,1,1,0\n1,1,1,1,0\n0,0\n1,1,1", 3),
        ("1,1,1,0\n1,1,1,1,0\n0,0 1\n1,1,1", 3),
        ("1,1,1,0\n1,1,1,1,0\n0,0 1,1\n1,1", 4),
        ("1,1,1,0\n1,1,1,1,0\n0,0 1,1\n1,1,x", 4),
        ("1,1,1,0\n1,1,1,1,0\n0,0 1,1\n1,1,-1", 4),
        ("1,1,1,0\n1,1,1,1,0\n0,0 1,1\n1,1,0.5", 4),
        ("1,1,1,0\n1,1,1,1,0\n0,0 1,1\n1,nan,1", 4),
        ("1,inf,1,0\n1,1,1,1,0\n0,0 1,1\n1,1,1", 1),
        ("1,1,-1,0\n1,1,1,1,0\n0,0 1,1\n1,1,1", 1),
        ("1.5,1,1,0\n1,1,1,1,0\n0,0 1,1\n1,1,1", 1),
    ],
)
def test_a_malformed_instance_is_refused_with_its_line(text: str, line: int | None) -> None:
    with pytest.raises(BenchmarkError) as caught:
        parse_instance(text)
    assert caught.value.line == line
    assert str(caught.value)


@given(st.text(alphabet="0123456789,.-!e \nx", max_size=120))
def test_no_text_crashes_the_reader(text: str) -> None:
    with contextlib.suppress(BenchmarkError):
        assert parse_instance(text).satellites


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError):
        read_instance(tmp_path / "missing.dat")
    (tmp_path / "binary.dat").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(BenchmarkError):
        read_instance(tmp_path / "binary.dat")


def test_a_solution_survives_its_json() -> None:
    plan = Solution((TruckTour((Stop(0, 4, 2), Stop(1, 1))),), (FreighterRoute(1, (2, 0)),))
    data = solution_to_json(plan)
    assert data["first"][0]["stops"][1] == {"satellite": 2, "amount": 1}
    assert solution_from_json(json.loads(json.dumps(data))) == plan
    for broken in (None, [], {"first": 3}, {"first": [], "second": [{}]}):
        with pytest.raises(BenchmarkError):
            solution_from_json(broken)


# -- distances -------------------------------------------------------------------------------


def test_great_circle_in_metres() -> None:
    quarter = great_circle([(0, 0), (90, 0), (0, 90)], detour=1.0)
    assert quarter[0, 1] == quarter[0, 2] == quarter[1, 2] == 10_007_557
    assert great_circle([(0, 0), (90, 0)], detour=1.5)[0, 1] == 15_011_336
    with pytest.raises(ValueError, match="out of range"):
        great_circle([(0, 91)])


def test_matrix_file(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("0,5\n6.4,0\n", encoding="utf-8")
    assert read_matrix(path, 2).tolist() == [[0, 5], [6, 0]]
    for text in ("0,5\n", "0,5\n6\n", "0,-5\n6,0\n", "0,x\n6,0\n", "0,inf\n6,0\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DistanceFileError):
            read_matrix(path, 2)


# -- rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "peak"),
    [([], 0), ([(3, 0), (2, 0)], 5), ([(3, 4), (2, 0)], 6), ([(0, 4), (5, 0)], 9), ([(5, 0), (0, 4)], 5)],
)
def test_peak_load(changes: list[tuple[int, int]], peak: int) -> None:
    assert peak_load(changes) == peak


GOOD = Solution(
    (TruckTour((Stop(0, 6),)), TruckTour((Stop(1, 5),))),
    (FreighterRoute(0, (0, 1)), FreighterRoute(1, (2, 3))),
)


def test_a_right_plan_and_its_cost() -> None:
    problem = parse_instance(TINY)
    assert violations(problem, GOOD) == []
    parts = cost(problem, GOOD)
    assert parts.first == pytest.approx(40)
    assert parts.second == pytest.approx(2 * (4 + math.sqrt(8)))
    assert parts.handling == pytest.approx(2.5)


@pytest.mark.parametrize(
    "plan",
    [
        Solution(GOOD.tours, GOOD.routes[:1]),
        Solution(GOOD.tours, (*GOOD.routes, FreighterRoute(0, (0,)))),
        Solution(GOOD.tours, (*GOOD.routes, FreighterRoute(0, ()))),
        Solution(GOOD.tours, (FreighterRoute(0, (0, 1, 2)), FreighterRoute(1, (3,)))),
        Solution(GOOD.tours[:1], GOOD.routes),
        Solution((TruckTour((Stop(0, 6), Stop(1, 5))),), GOOD.routes),
        Solution((*GOOD.tours, TruckTour(())), GOOD.routes),
        Solution((GOOD.tours[0], TruckTour((Stop(1, 3), Stop(1, 2)))), GOOD.routes),
        Solution(GOOD.tours, (FreighterRoute(5, (0, 1)), GOOD.routes[1])),
        Solution(GOOD.tours, (FreighterRoute(0, (0, 9)), GOOD.routes[1])),
        Solution((TruckTour((Stop(7, 6),)), GOOD.tours[1]), GOOD.routes),
        Solution((TruckTour((Stop(0, 11),)),), tuple(FreighterRoute(0, (c,)) for c in range(4))),
    ],
)
def test_a_wrong_plan_is_told(plan: Solution) -> None:
    assert violations(parse_instance(TINY), plan)


@pytest.mark.parametrize(
    ("trucks", "freighters", "customers"),
    [
        (Fleet(0, 10), Fleet(2, 5), [(1, 1, 3, 0)]),
        (Fleet(1, 10), Fleet(0, 5), [(1, 1, 3, 0)]),
        (Fleet(1, 10), Fleet(2, 5), [(1, 1, 6, 0)]),
        (Fleet(1, 10), Fleet(2, 5), [(1, 1, 0, 6)]),
        (Fleet(1, 10), Fleet(2, 5), [(1, 1, -1, 0)]),
        (Fleet(1, 8), Fleet(2, 5), [(1, 1, 5, 0), (2, 2, 5, 0)]),
        (Fleet(1, 20), Fleet(9, 5, per_satellite=1), [(1, 1, 5, 0), (2, 2, 5, 0)]),
    ],
)
def test_what_cannot_be_served_is_named_before_solving(
    trucks: Fleet, freighters: Fleet, customers: list[tuple[float, float, int, int]]
) -> None:
    problem = problem_of([(1, 0)], customers, trucks=trucks, freighters=freighters)
    assert faults(problem)
    with pytest.raises(UnsolvableProblem):
        solve(problem, seconds=1)


def test_three_halves_do_not_fit_two_freighters() -> None:
    customers = [(1.0, 1.0, 6, 0), (2.0, 2.0, 6, 0), (3.0, 3.0, 6, 0)]
    problem = problem_of([(1, 0)], customers, trucks=Fleet(2, 20), freighters=Fleet(2, 10))
    assert faults(problem) == []
    with pytest.raises(NoPlanFound):
        solve(problem, seconds=10, iterations=300)


def test_a_plan_even_when_there_is_no_time() -> None:
    problem = parse_instance(TINY)
    assert violations(problem, solve(problem, seconds=0)) == []


def test_nobody_to_serve() -> None:
    problem = problem_of([(1, 0)], [], trucks=Fleet(1, 1), freighters=Fleet(1, 1))
    assert solve(problem, seconds=1) == Solution((), ())


# -- against brute force ---------------------------------------------------------------------


def brute_first(problem: Problem, amounts: tuple[int, ...]) -> float:
    """Cheapest tours by trying all sets of tours; they can carry the amounts when every group of
    satellites is touched by enough of them."""
    sats, fleet = range(len(amounts)), problem.trucks
    loop = {0: 0.0}
    for mask in range(1, 2 ** len(amounts)):
        stops = [s + 1 for s in sats if mask >> s & 1]
        ways = ([0, *order, 0] for order in permutations(stops))
        loop[mask] = fleet.fixed_cost + fleet.cost_per_distance * min(
            sum(problem.first[a, b] for a, b in pairwise(way)) for way in ways
        )
    best = math.inf
    for tours in combinations_with_replacement(loop, fleet.count):
        carried = all(
            sum(amounts[s] for s in sats if group >> s & 1)
            <= fleet.capacity * sum(bool(tour & group) for tour in tours)
            for group in loop
        )
        if carried:
            best = min(best, sum(loop[tour] for tour in tours))
    return best


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=1, max_size=4),
    st.lists(st.integers(0, 30), min_size=4, max_size=4),
    st.integers(1, 3),
    st.integers(8, 40),
    st.sampled_from([0.0, 7.0]),
)
def test_first_level_is_optimal(
    places: list[tuple[int, int]], goods: list[int], count: int, capacity: int, fixed: float
) -> None:
    trucks = Fleet(count, capacity, fixed_cost=fixed)
    problem = problem_of([(x, y) for x, y in places], [], trucks=trucks, freighters=Fleet(1, 1))
    amounts = tuple(goods[: len(places)])
    plan = FirstLevel(problem).plan(amounts)
    assert plan.cost == pytest.approx(brute_first(problem, amounts))
    if math.isfinite(plan.cost):
        brought = [0] * len(amounts)
        for halts in plan.tours:
            assert sum(amount for _sat, amount in halts) <= capacity
            for sat, amount in halts:
                brought[sat] += amount
        assert tuple(brought) == amounts


def partitions(items: list[int]) -> list[list[list[int]]]:
    if not items:
        return [[]]
    first, *rest = items
    found = []
    for smaller in partitions(rest):
        found.append([[first], *smaller])
        for k, group in enumerate(smaller):
            found.append([*smaller[:k], [first, *group], *smaller[k + 1 :]])
    return found


def brute_best(problem: Problem) -> float:
    """Cost of the best plan by trying every way of grouping, ordering and assigning."""
    level, best = FirstLevel(problem), math.inf
    for groups in partitions(list(range(len(problem.customers)))):
        for homes in product(range(len(problem.satellites)), repeat=len(groups)):
            routes = [best_order(problem, sat, group) for sat, group in zip(homes, groups, strict=True)]
            if None in routes:
                continue
            loads = tuple(
                (
                    sum(problem.customers[c].delivery for h, g in zip(homes, groups, strict=True) if h == s for c in g),
                    sum(problem.customers[c].pickup for h, g in zip(homes, groups, strict=True) if h == s for c in g),
                )
                for s in range(len(problem.satellites))
            )
            tours = level.tours(loads)
            if tours is not None:
                plan = Solution(tours, tuple(r for r in routes if r))
                if not violations(problem, plan):
                    best = min(best, cost(problem, plan).total)
    return best


def best_order(problem: Problem, sat: int, group: list[int]) -> FreighterRoute | None:
    allowed = []
    for order in permutations(group):
        halts = [(problem.customers[c].delivery, problem.customers[c].pickup) for c in order]
        if peak_load(halts) <= problem.freighters.capacity:
            route = FreighterRoute(sat, order)
            allowed.append((cost(problem, Solution((), (route,))).second, order))
    return FreighterRoute(sat, min(allowed)[1]) if allowed else None


@pytest.mark.parametrize(
    ("customers", "trucks", "freighters"),
    [
        ([(9, 1, 3, 0), (11, 2, 3, 0), (1, 9, 4, 0), (5, 5, 2, 0)], Fleet(2, 8), Fleet(3, 6)),
        ([(9, 1, 3, 2), (11, 2, 3, 5), (1, 9, 4, 1), (5, 5, 2, 2)], Fleet(2, 9), Fleet(3, 7)),
        ([(9, 1, 6, 0), (1, 9, 6, 0), (8, 8, 6, 0)], Fleet(2, 9), Fleet(3, 6)),
        ([(9, 1, 3, 0), (11, 2, 3, 0), (1, 9, 4, 0)], Fleet(3, 9, 2.0, 30.0), Fleet(3, 9, 0.5, 8.0)),
    ],
)
def test_finds_the_known_optimum(
    customers: list[tuple[float, float, int, int]], trucks: Fleet, freighters: Fleet
) -> None:
    problem = problem_of([(10, 0), (0, 10)], customers, trucks=trucks, freighters=freighters)
    plan = solve(problem, seconds=20, iterations=3000)
    assert violations(problem, plan) == []
    assert cost(problem, plan).total == pytest.approx(brute_best(problem))


# -- always feasible -------------------------------------------------------------------------

places = st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.integers(0, 9), st.integers(0, 9))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=1, max_size=4),
    st.lists(places, min_size=1, max_size=12),
    st.integers(0, 3),
    st.booleans(),
)
def test_every_plan_may_be_driven(
    sats: list[tuple[int, int]], customers: list[tuple[int, int, int, int]], seed: int, fixed: bool
) -> None:
    trucks = Fleet(8, 30, fixed_cost=5.0 * fixed)
    freighters = Fleet(len(customers), 20, fixed_cost=3.0 * fixed)
    problem = problem_of(
        [(x, y) for x, y in sats],
        [(x, y, down, up) for x, y, down, up in customers],
        trucks=trucks,
        freighters=freighters,
        handling=0.1,
    )
    plan = solve(problem, seconds=5, iterations=300, seed=seed)
    assert violations(problem, plan) == []


def test_a_county_in_both_directions() -> None:
    draw = np.random.default_rng(5)
    sats = [(float(x), float(y)) for x, y in draw.normal((108.8, 28.8), 0.2, (20, 2))]
    villages = [(float(x), float(y)) for x, y in draw.normal((108.8, 28.8), 0.25, (120, 2))]
    goods = draw.integers(0, 9, (120, 2))
    problem = Problem(
        trucks=Fleet(4, 300, 0.004, 80.0),
        freighters=Fleet(20, 60, 0.002, 30.0, per_satellite=4),
        satellites=tuple(Satellite(0.05) for _s in sats),
        customers=tuple(Customer(int(down), int(up)) for down, up in goods),
        first=great_circle([(108.77, 28.84), *sats]).astype(float),
        second=great_circle([*sats, *villages]).astype(float),
    )
    plan = solve(problem, seconds=20, iterations=1500)
    assert violations(problem, plan) == []


def test_same_seed_same_plan() -> None:
    draw = np.random.default_rng(1)
    customers = [(float(x), float(y), int(q), 0) for x, y, q in draw.integers(1, 30, (25, 3))]
    sats = [(10.0, 10.0), (20.0, 5.0), (5.0, 25.0)]
    problem = problem_of(sats, customers, trucks=Fleet(4, 250), freighters=Fleet(12, 60))
    plans = [solve(problem, seconds=60, iterations=3000, seed=7) for _again in range(2)]
    assert plans[0] == plans[1]


def test_progress_is_told_and_stop_obeyed() -> None:
    problem = parse_instance(TINY)
    told: list[tuple[float, float]] = []
    plan = solve(
        problem,
        seconds=60,
        on_progress=lambda done, best: told.append((done, best)),
        should_stop=lambda: len(told) > 0,
    )
    assert violations(problem, plan) == []
    assert [done for done, _best in told] == sorted(done for done, _best in told)
    assert told[-1] == (1.0, pytest.approx(cost(problem, plan).total))


def test_two_processes() -> None:
    problem = parse_instance(TINY)
    plan = solve(problem, seconds=2, workers=2)
    assert cost(problem, plan).total == pytest.approx(brute_best(problem))


# -- the public instances --------------------------------------------------------------------


def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_two_echelon", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def instances() -> list[str]:
    return sorted(path.stem for path in INSTANCES.glob("*.dat"))


@pytest.mark.skipif(not CHECKER.exists(), reason="../shared is not here")
@pytest.mark.parametrize("name", instances())
def test_public_instances_by_the_independent_checker(name: str) -> None:
    path = INSTANCES / f"{name}.dat"
    problem = read_instance(path)
    plan = solve(problem, seconds=1.5)
    judge = checker()
    errors, report = judge.evaluate(judge.read_instance(str(path)), solution_to_json(plan))
    assert errors == []
    assert report["cost"] == pytest.approx(cost(problem, plan).total)
