"""Numbers, prices, levels, the library's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.core.files import BrokenFiles
from products.errors import InvalidGtin
from products.models import ProduceLevel, ProducerKind, as_printed
from products.rules import gtin, levels, library
from products.rules.prices import check_price

LIBRARY = Path(__file__).resolve().parents[2] / "data" / "counties" / "500242" / "products.csv"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("9526000000013", "09526000000013"),
        (" 952600-0000013 ", "09526000000013"),
        ("09526000000013", "09526000000013"),
        ("96385074", "00000096385074"),
        ("00000096385074", "00000096385074"),
        ("614141999996", "00614141999996"),
        ("10614141999993", "10614141999993"),
    ],
)
def test_gtin_is_kept_with_fourteen_digits(typed: str, stored: str) -> None:
    assert gtin.normalise(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123",
        "9526000000012",  # wrong check digit
        "952600000001",  # a digit short
        "９５２６０００００００１３",  # full-width digits
        "9526000000０13",
        "2012345678903",  # a shop's own scale
        "0212345678908",  # the same, as a GTIN-12
        "00000000000000",
        "0000000000000",
        "20000004",  # GTIN-8 of a shop
    ],
)
def test_what_is_no_gtin_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InvalidGtin) as caught:
        gtin.normalise(typed)
    assert caught.value.field == "gtin"


@given(st.integers(min_value=3 * 10**11, max_value=10**12 - 1).filter(lambda n: not str(n).startswith(("98", "99"))))
def test_the_check_digit_makes_a_gtin_and_every_other_digit_breaks_it(number: int) -> None:
    right = gtin.check_digit(str(number))
    assert gtin.normalise(f"{number}{right}") == f"0{number}{right}"
    for wrong in set("0123456789") - {right}:
        with pytest.raises(InvalidGtin):
            gtin.normalise(f"{number}{wrong}")


@given(st.integers(min_value=3 * 10**11, max_value=9 * 10**11), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: int, place: int, by: int) -> None:
    digits = f"{number}{gtin.check_digit(str(number))}"
    changed = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    with pytest.raises(InvalidGtin):
        gtin.normalise(changed)


@pytest.mark.parametrize("fen", [0, -1, 10_000_001])
def test_a_price_must_be_one(fen: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_price(fen)
    assert caught.value.field == "price"


@pytest.mark.parametrize(
    ("category", "name", "level"),
    [
        ("粮油", "酉阳山茶油", ProduceLevel.ONCE_PROCESSED),
        ("粮油", "花田贡米", ProduceLevel.PRIMARY),
        ("畜禽", "高山腊肉", ProduceLevel.ONCE_PROCESSED),
        ("畜禽", "土鸡蛋", ProduceLevel.PRIMARY),
        ("果蔬", "香菇干", ProduceLevel.ONCE_PROCESSED),
        ("果蔬", "脐橙", ProduceLevel.PRIMARY),
        ("民俗", "苗绣香包", ProduceLevel.OTHER),
        ("没有这一类", "什么", ProduceLevel.OTHER),
    ],
)
def test_level_by_category_and_words(category: str, name: str, level: ProduceLevel) -> None:
    assert levels.produce_level(category, name) is level


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("龙潭油茶专业合作社", ProducerKind.COOPERATIVE),
        ("黑水腊味加工坊", ProducerKind.WORKSHOP),
        ("天馆乌羊养殖场", ProducerKind.ENTERPRISE),
        ("李大山", ProducerKind.FARM_HOUSEHOLD),
    ],
)
def test_kind_of_producer_by_words(name: str, kind: ProducerKind) -> None:
    assert levels.producer_kind(name) is kind


# -- the library's file ------------------------------------------------------------------------------

HEAD = ",".join(library.COLUMNS)
GOOD = (
    "YY0001,9526000000013,酉阳山茶油,粮油,500毫升/瓶,瓶,98.00,龙潭油茶专业合作社,500242101201,有机产品认证,540,避光阴凉"
)


def write(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "products.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def test_the_county_library_is_read() -> None:
    villages = {line.split(",")[8] for line in LIBRARY.read_text().splitlines()[1:]}
    rows = library.read(LIBRARY, villages)
    assert len(rows) == 40
    assert (rows[0].sku, rows[0].gtin, rows[0].price_fen, rows[0].shelf_life_days) == (
        "YY0001",
        "09526000000013",
        9800,
        540,
    )


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("9526000000013", "9526000000014", "校验码"),
        ("98.00", "九十八", "价钱"),
        ("98.00", "98.001", "价钱"),
        ("98.00", "0", "价钱"),
        ("98.00", "-5", "价钱"),
        ("500242101201", "500242999999", "没有这个村"),
        ("540", "0", "保质期"),
        ("540", "一年半", "保质期"),
        ("酉阳山茶油", "", "name"),
        ("YY0001", "Y" * 33, "太长"),
    ],
)
def test_a_bad_value_is_named_with_its_line(tmp_path: Path, old: str, new: str, word: str) -> None:
    path = write(tmp_path, HEAD, GOOD.replace(old, new))
    with pytest.raises(BrokenFiles) as caught:
        library.read(path, {"500242101201"})
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("products.csv", 2)
    assert word in str(problem.reason)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD, GOOD.replace("98.00", "x"), GOOD.replace("9526000000013", "1"), GOOD, GOOD)
    with pytest.raises(BrokenFiles) as caught:
        library.read(path, {"500242101201"})
    assert [problem.line for problem in caught.value.problems] == [2, 3, 5, 5]  # 5: number and barcode again


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(BrokenFiles):
        library.read(write(tmp_path, HEAD, GOOD, encoding=encoding), {"500242101201"})


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenFiles, match="gtin"):
        library.read(write(tmp_path, HEAD.replace("gtin,", ""), GOOD), {"500242101201"})


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        ("09526000000013", "9526000000013"),
        ("00000096385074", "96385074"),
        ("00614141999996", "614141999996"),
        ("10614141999993", "10614141999993"),
    ],
)
def test_a_barcode_is_shown_as_it_is_printed(stored: str, printed: str) -> None:
    assert as_printed(stored) == printed
