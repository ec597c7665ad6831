"""Who prepares what, how scores add up and what passes, and what differs on a sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.core.pdf.pages import count_pages
from stations.errors import AcceptanceIncomplete
from stations.models import Level, StationKind
from stations.models.acceptance import Decision, ItemResult
from stations.models.subject import STATION_SUBJECTS, Subject
from stations.rules import dossier as rules
from tests.factories import acceptance as make
from tests.factories.places import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE

TODAY = date(2026, 11, 22)
GOOD, MISSING, MISMATCH = ItemResult.QUALIFIED, ItemResult.MISSING, ItemResult.MISMATCH
SIGN = "龙潭镇电子商务综合服务站"


@dataclass
class Item:
    points: int | None = 10
    score: Decimal | None = None
    is_waived: bool = False


@pytest.mark.parametrize("kind", list(StationKind))
def test_what_is_built_with_a_subsidy_has_its_dossier_from_a_project(kind: StationKind) -> None:
    subject = rules.subject_of(kind)
    assert (subject in STATION_SUBJECTS) is (kind in (StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT))
    assert subject is None or subject.value == kind.value


@pytest.mark.parametrize(
    "scope, division, may",
    [
        (COUNTY, COUNTY, True),
        (COUNTY, TOWNSHIP, False),  # the hub decides on a township's dossier and doesn't write in it
        (COUNTY, VILLAGE, False),
        (TOWNSHIP, TOWNSHIP, True),
        (TOWNSHIP, VILLAGE, True),
        (TOWNSHIP, COUNTY, False),
        (TOWNSHIP, OTHER_TOWNSHIP, False),
        (VILLAGE, VILLAGE, False),
        ("500200000000", COUNTY, False),
    ],
)
def test_the_county_prepares_its_own_and_a_township_its_own(scope: str, division: str, may: bool) -> None:
    assert rules.prepares(scope, division) is may


@pytest.mark.parametrize(
    "subject, level, year, field",
    [
        (Subject.LOGISTICS, Level.COUNTY, 2026, None),
        (Subject.TRAINING_SESSION, Level.TOWNSHIP, 2000, None),
        (Subject.VILLAGE_POINT, Level.COUNTY, 2026, "subject"),
        (Subject.COUNTY_CENTER, Level.COUNTY, 2026, None),
        (Subject.TOWNSHIP_STATION, Level.COUNTY, 2026, "subject"),
        (Subject.LOGISTICS, Level.VILLAGE, 2026, "division_code"),
        (Subject.LOGISTICS, None, 2026, "division_code"),
        (Subject.LOGISTICS, Level.COUNTY, 2027, "year"),
        (Subject.LOGISTICS, Level.COUNTY, 1999, "year"),
    ],
)
def test_what_may_be_opened_without_a_project(
    subject: Subject, level: Level | None, year: int, field: str | None
) -> None:
    if field is None:
        rules.check_opening(subject, level, year, TODAY)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_opening(subject, level, year, TODAY)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "path, fine",
    [
        ("", True),
        ("/", True),
        ("/training/sessions/12?tab=people#sign-in", True),
        ("training", False),
        ("//evil.example/training", False),
        ("/\\evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("/training sessions", False),
        ("/a\nb", False),
        ("/<script>", False),
    ],
)
def test_a_reference_stays_inside_the_system(path: str, fine: bool) -> None:
    if fine:
        rules.check_reference(path)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_reference(path)
    assert refused.value.field == "reference_url"


# -- scores --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "score, points, result, kept",
    [
        ("0", 10, GOOD, "0"),
        ("10", 10, GOOD, "10"),
        ("7.5", 10, MISMATCH, "7.5"),
        ("10.5", 10, GOOD, None),
        ("-0.5", 10, GOOD, None),
        ("7.25", 10, GOOD, None),
        (None, 10, GOOD, None),
        (None, 10, MISMATCH, None),
        (None, 10, MISSING, "0"),
        ("0", 10, MISSING, "0"),
        ("0.5", 10, MISSING, None),
        ("1", None, GOOD, None),
    ],
)
def test_a_score_lies_between_nothing_and_its_points(
    score: str | None, points: int | None, result: ItemResult, kept: str | None
) -> None:
    given_score = Decimal(score) if score is not None else None
    if kept is not None:
        assert rules.check_score(given_score, points, result) == Decimal(kept)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_score(given_score, points, result)
    assert refused.value.field == "score"


def test_an_item_without_points_is_not_scored() -> None:
    assert rules.check_score(None, None, GOOD) is None


@pytest.mark.parametrize(
    "items, pass_mark, figure, passes",
    [
        ([Item(40, Decimal(24)), Item(60, Decimal(36))], 60, "60 / 100（60.0 %）", True),
        ([Item(40, Decimal(24)), Item(60, Decimal("35.5"))], 60, "59.5 / 100（59.5 %）", False),
        ([Item(40, None), Item(60, Decimal(60))], 60, "60 / 100（60.0 %）", True),  # not scored yet: 0
        ([Item(40, None, is_waived=True), Item(60, Decimal(36))], 60, "36 / 60（60.0 %）", True),
        ([Item(7, Decimal(4)), Item(130, Decimal(78)), Item(None)], 60, "82 / 137（59.8 %）", False),
        # 59.96 %, cut
        ([Item(1250, Decimal("749.5"))], 60, "749.5 / 1250（59.9 %）", False),
        ([Item(10, Decimal(0))], None, "0 / 10（0.0 %）", True),
    ],
)
def test_the_scores_add_up(items: list[Item], pass_mark: int | None, figure: str, passes: bool) -> None:
    total = rules.total_score(items, pass_mark)
    assert (total.figure, total.passes) == (figure, passes)


def test_nothing_to_score_stands_in_nobodys_way() -> None:
    total = rules.total_score([Item(None), Item(10, None, is_waived=True)], 60)
    assert (total.is_scored, total.percent, total.passes) == (False, None, True)


@pytest.mark.parametrize(
    "decision, score, refused",
    [
        (Decision.PASSED, "60", False),
        (Decision.PASSED, "59.5", True),
        (Decision.REFUSED, "59.5", False),
        (Decision.RECTIFICATION, "0", False),
    ],
)
def test_below_the_mark_nothing_passes(decision: Decision, score: str, refused: bool) -> None:
    total = rules.total_score([Item(100, Decimal(score))], 60)
    if not refused:
        rules.check_pass_mark(decision, total)
        return
    with pytest.raises(AcceptanceIncomplete, match=r"59\.5 / 100（59\.5 %），低于合格线 60 %") as error:
        rules.check_pass_mark(decision, total)
    assert error.value.field == "decision"


@given(st.integers(1, 200), st.integers(0, 400), st.integers(1, 100))
def test_what_passes_never_shows_less_than_the_mark(points: int, halves: int, pass_mark: int) -> None:
    score = min(Decimal(halves) / 2, Decimal(points))
    total = rules.total_score([Item(points, score)], pass_mark)
    assert total.percent is not None
    assert total.passes == (total.percent >= pass_mark)


# -- words on a sign -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written, lacking, extra",
    [
        (SIGN, [], []),
        ("龙潭镇 电子商务\n综合服务站", [], []),
        ("龙潭镇综合服务站", ["电子商务"], []),
        ("龙潭镇电子商务综合服务站欢迎您", [], ["欢迎您"]),
        ("龙潭镇电商综合服务站", ["子", "务"], []),
        ("麻旺镇电子商务综合服务站", ["龙潭"], ["麻旺"]),
        ("", [SIGN], []),
    ],
)
def test_what_differs_on_a_sign(written: str, lacking: list[str], extra: list[str]) -> None:
    pieces = rules.compare_sign(SIGN, written)
    assert [p.text for p in pieces if p.match is rules.Match.LACKING] == lacking
    assert [p.text for p in pieces if p.match is rules.Match.EXTRA] == extra
    assert rules.sign_matches(SIGN, written) == (not lacking and not extra)


@given(st.text(st.sampled_from("龙潭镇电子商务综合服务站"), max_size=14))
def test_the_pieces_hold_both_texts_whole(written: str) -> None:
    pieces = rules.compare_sign(SIGN, written)
    wanted = "".join(p.text for p in pieces if p.match is not rules.Match.EXTRA)
    there = "".join(p.text for p in pieces if p.match is not rules.Match.LACKING)
    assert (wanted, there) == (SIGN, written)


@pytest.mark.parametrize(
    "written, result, remark, refused",
    [
        (SIGN, GOOD, "", False),
        ("龙潭镇综合服务站", GOOD, " ", True),
        ("龙潭镇综合服务站", GOOD, "县里同意用简称", False),
        ("龙潭镇综合服务站", MISMATCH, "", False),
    ],
)
def test_other_words_are_good_only_with_a_reason(written: str, result: ItemResult, remark: str, refused: bool) -> None:
    if not refused:
        rules.check_sign(SIGN, written, result, remark)
        return
    with pytest.raises(InvalidInput) as error:
        rules.check_sign(SIGN, written, result, remark)
    assert error.value.field == "remark"


def test_an_item_that_is_no_sign_has_no_words_to_match() -> None:
    rules.check_sign("", "26 平方米", GOOD, "")


# -- pages ---------------------------------------------------------------------------------------


def test_the_pages_of_a_paper_are_read_and_nonsense_has_none() -> None:
    paper = make.paper().content
    assert count_pages(paper) == 1
    assert count_pages(b"%PDF-1.7 nothing behind it") is None
    assert count_pages(paper[: len(paper) // 2]) is None
    assert count_pages(paper.replace(b"/Count 1", b"/Count -")) is None
