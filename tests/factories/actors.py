"""Who acts in tests of projects and acceptances."""

from __future__ import annotations

import uuid

from app.core.access import Actor, Role
from tests.factories.places import COUNTY, OTHER_TOWNSHIP, TOWNSHIP

TOWNSHIP_MANAGER = Actor(uuid.UUID(int=1), "田应平", Role.TOWNSHIP_MANAGER, TOWNSHIP)
OTHER_MANAGER = Actor(uuid.UUID(int=2), "冉茂林", Role.TOWNSHIP_MANAGER, OTHER_TOWNSHIP)
INSPECTOR = Actor(uuid.UUID(int=3), "石明华", Role.INSPECTOR, COUNTY)
HUB = Actor(uuid.UUID(int=4), "彭国栋", Role.COUNTY_ADMIN, COUNTY)
OFFICIAL = Actor(uuid.UUID(int=5), "白县长", Role.COUNTY_OFFICIAL, COUNTY)
