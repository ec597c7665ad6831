"""A believable year: the domains' seeds in the order in which they depend on each other.

Every row is made by the services that people use, with the clock set to the day on which it happens. The same seed
number on the same day gives the same year. Made again it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tqdm import tqdm

from accounts import service as accounts_service
from app.core import clock, ids, seals
from app.core.access import SYSTEM, Actor, Role
from app.core.command import command
from app.core.secrets import derive
from app.core.scope import township_of
from app.flows.load_county import load_county
from stations import seed as stations_seed
from stations import service as stations_service
from stations.acceptance_seed import seed_acceptance
from stations.models import Station, StationKind
from training import seed as training_seed

DAYS = 365
HOME_TOWNSHIP = "花田乡"  # where the people with a login of the demonstration work; any other county: its first station's


@dataclass(frozen=True)
class DemoLogin:
    """Somebody who can log in."""

    role: str
    login: str
    password: str
    name: str


def password_for(login: str) -> str:
    """The demonstration's password of a login: the same each time on the same installation, different elsewhere."""
    return derive(f"demo-{login}").hex()[:12]
