"""The rules of phone checks: how large a sample may be, what an answer must hold, who may be replaced."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from stations.models.phone_check import CallResult

MOST = 500  # as many as a few people call in a week
LONGEST_SEED = 64
FINAL = frozenset({CallResult.WRONG_NUMBER, CallResult.REFUSED})
ATTEMPTS_BEFORE_REPLACEMENT = 3


def check_size(size: int, population: int) -> None:
    """Raise InvalidInput unless there is somebody to draw from and the sample is 1 … population, 500 at most."""
    if population == 0:
        raise InvalidInput(_l("这里没有可以打电话的人：要有电话，并且本人同意登记。"), field="subject")
    if not 1 <= size <= min(population, MOST):
        raise InvalidInput(_l("抽 1 到 %(most)s 人。", most=min(population, MOST)), field="sample_size")


def check_seed(seed: str) -> None:
    """Raise InvalidInput for a seed that is empty, too long, or that two people might type differently."""
    if not seed or len(seed) > LONGEST_SEED or not seed.isascii() or not seed.isprintable() or " " in seed:
        raise InvalidInput(_l("种子用字母和数字，中间不要空格，最多 64 个。"), field="seed")


def check_answers(
    result: CallResult, *, about_training: bool, knows: bool | None, satisfied: int | None, attended: bool | None
) -> None:
    """Somebody who was reached was asked: about a training whether they came, else whether they know the station.

    How satisfied they are may stay open (one who doesn't know the station has no opinion). Raises InvalidInput at the
    field.
    """
    if result is not CallResult.REACHED:
        return
    if about_training and attended is None:
        raise InvalidInput(_l("打通了要问：参加过这场培训吗？"), field="attended")
    if not about_training and knows is None:
        raise InvalidInput(_l("打通了要问：知道村里有站点吗？"), field="knows")
    if satisfied is not None and not 1 <= satisfied <= 5:
        raise InvalidInput(_l("满意度是 1 到 5 分。"), field="satisfied")


def check_replaceable(result: CallResult | None, attempts: int) -> None:
    """Who was reached stays; a wrong number and a refusal may be replaced at once, the others after three attempts.

    So nobody is replaced for being inconvenient. Raises InvalidInput.
    """
    if result is CallResult.REACHED:
        raise InvalidInput(_l("已经打通的人不能换。"))
    if result not in FINAL and attempts < ATTEMPTS_BEFORE_REPLACEMENT:
        words = _l("没打通的要先打满 %(least)s 次再换人。", least=ATTEMPTS_BEFORE_REPLACEMENT)
        raise InvalidInput(words)
