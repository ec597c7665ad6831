"""How a division is called in everyday words: 花莲村 for 花莲村村民委员会."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

# The committee's name → the word for the place, which is added when the stem doesn't carry one already.
_COMMITTEES = (("村民委员会", "村"), ("居民委员会", "社区"), ("村委会", "村"), ("居委会", "社区"))
_PLACE_WORDS = ("村", "社区", "嘎查")


def short_name(name: str) -> str:
    """The everyday name of a village or community: without 村民委员会, 居委会 and the like; never empty."""
    for committee, word in _COMMITTEES:
        stem = name.removesuffix(committee)
        if stem and stem != name:
            return stem if stem.endswith(_PLACE_WORDS) else stem + word
    return name


def short_names(names: Mapping[str, str]) -> dict[str, str]:
    """Everyday names by code for the villages of one township; those that would coincide keep their full names."""
    short = {code: short_name(name) for code, name in names.items()}
    times = Counter(short.values())
    return {code: name if times[name] == 1 else names[code] for code, name in short.items()}
