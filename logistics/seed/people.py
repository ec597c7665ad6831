"""Villagers who get and send parcels, and what they order and send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from logistics.models import SizeClass

_SURNAMES = "冉田白石彭杨张李王陈罗谭吴向龚何黄刘"
_GIVEN = [
    "秀英",
    "桂兰",
    "世贵",
    "光华",
    "昌明",
    "玉珍",
    "建国",
    "小红",
    "大山",
    "春梅",
    "永福",
    "再兴",
    "文才",
    "正权",
    "家顺",
    "云飞",
    "茂林",
    "素芳",
    "德胜",
    "翠花",
]
# How busy each month is against the mean: before the spring festival and around 11.11 for what comes down,
# harvest for what goes up.
DOWN_SEASON = (1.25, 1.1, 0.8, 0.8, 0.9, 1.1, 0.9, 0.85, 0.95, 1.0, 1.55, 1.2)
UP_SEASON = (0.9, 0.6, 0.7, 0.9, 0.9, 0.9, 1.0, 1.1, 1.4, 1.5, 1.3, 0.9)
_CARRIERS = ("YT", "ZT", "ST", "YD", "JT", "EMS", "JD", "SF")
_SHARE = (22, 24, 12, 14, 14, 6, 5, 3)
_TOWNS = (
    "重庆市渝中区",
    "重庆市江北区",
    "成都市武侯区",
    "贵阳市云岩区",
    "广州市天河区",
    "杭州市余杭区",
    "东莞市长安镇",
    "黔江区",
)


@dataclass(frozen=True)
class Villager:
    """Somebody with a phone."""

    name: str
    phone: str


class Village:
    """The people of one village point, and how much they order."""

    def __init__(self, random: Random, serial: int) -> None:
        self.weight = random.choice((0.4, 0.7, 1.0, 1.0, 1.6, 2.6))
        self.people = [
            Villager(
                random.choice(_SURNAMES) + random.choice(_GIVEN),
                f"1{random.choice('3578')}{random.randrange(10)}{serial % 1000:03d}{n:02d}{random.randrange(1000):03d}",
            )
            for n in range(24)
        ]


def waybill(random: Random, day: date, number: int) -> str:
    """A number as carriers give them; the same for the same draw."""
    carrier = random.choices(_CARRIERS, _SHARE)[0]
    return f"{carrier}{day:%y%m%d}{number:05d}{random.randrange(100):02d}"


def size(random: Random) -> SizeClass:
    """Mostly small."""
    return random.choices(list(SizeClass), (70, 24, 6))[0]


def cod_fen(random: Random) -> int:
    """One parcel in fourteen is paid on delivery."""
    return random.randrange(990, 29900, 10) if random.random() < 1 / 14 else 0


def weight_kg(random: Random) -> Decimal:
    """Half a kilogram to twelve."""
    return Decimal(random.randrange(5, 120)) / 10


def freight_fen(weight: Decimal) -> int:
    """Twelve yuan for the first kilogram, two for each further one begun."""
    further = max(0, -(-int(weight * 10) // 10) - 1)
    return 1200 + 200 * further


def town(random: Random) -> str:
    """Where the children work."""
    return random.choice(_TOWNS)
