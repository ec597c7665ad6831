"""Several explorers at work: rounds of orders, and helper processes that follow them."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from logistics.planner.explorer import Best, Explorer
from logistics.planner.problem import Problem
from logistics.planner.second_level import Routes

_JOIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What an explorer is to learn from others, and how long to work then."""

    best: Best
    routes: Routes
    seconds: float
    steps: int | None


def work(explorer: Explorer, orders: Orders, keep_on: Callable[[], bool]) -> None:
    """Carry out one round of orders, or less when `keep_on` says no."""
    explorer.learn(orders.best, orders.routes)
    deadline = time.monotonic() + orders.seconds
    last = None if orders.steps is None else explorer.steps + orders.steps

    def go_on() -> bool:
        enough = last is not None and explorer.steps >= last
        return not enough and time.monotonic() < deadline and keep_on()

    while go_on():
        explorer.turn(go_on)


class Helper:
    """An explorer in a process of its own; one that dies is simply missed."""

    def __init__(self, problem: Problem, seed: int, nodes: int | None) -> None:
        # "spawn": a fork of a threaded server could inherit locks held by nobody.
        context = multiprocessing.get_context("spawn")
        self._line, far_end = context.Pipe()
        arguments = (far_end, problem, seed, nodes)
        self._process = context.Process(target=_follow, args=arguments, daemon=True)
        self._process.start()
        far_end.close()

    def start(self, orders: Orders) -> None:
        """Send it to work."""
        try:
            self._line.send(orders)
        except OSError:
            self._process.kill()

    def result(self) -> tuple[Best, Routes]:
        """Its best plan and the routes it found in the round."""
        try:
            best, routes = self._line.recv()
        except (EOFError, OSError):
            return Best(), ()
        return best, routes

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._line.close()
        self._process.kill()
        self._process.join(_JOIN_SECONDS)


def helpers(problem: Problem, seeds: list[int], nodes: int | None) -> list[Helper]:
    """One helper for each seed; none where processes cannot be started."""
    if multiprocessing.current_process().daemon:
        return []
    try:
        return [Helper(problem, seed, nodes) for seed in seeds]
    except OSError:
        return []


def _follow(line: Connection, problem: Problem, seed: int, nodes: int | None) -> None:
    """The helper's process: carry out orders until the line is closed."""
    explorer = Explorer(problem, seed, nodes=nodes)
    try:
        while True:
            work(explorer, line.recv(), lambda: True)
            line.send((explorer.best, explorer.fresh_routes()))
    except (EOFError, OSError):
        return
