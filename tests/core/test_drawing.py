"""Drawings, charts and maps: what a reader sees, hears and can follow."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.charts import Series, bar_chart, bar_list, exact, line_chart, readable, ticks
from app.core.drawing import Drawing, text_width
from app.core.maps import Kind, MapLabel, MapPoint, Mark, Route, county_map
from app.core.pdf import Frame, parts, render
from tests.core.paper import FRAME, text_of

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = {"type": "Polygon", "coordinates": [[[108, 28], [109, 28], [109, 29], [108, 29], [108, 28]]]}
KINDS = {"station": Kind("乡镇站", Mark.SQUARE), "point": Kind("村级点", Mark.RING)}


def parsed(drawing: Drawing, title: str = "图", desc: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(drawing.to_svg(title=title, desc=desc))


def texts(drawing: Drawing) -> list[str]:
    return [element.text or "" for element in parsed(drawing).iter(f"{SVG}text")]


@given(st.text(), st.text())
def test_any_text_gives_well_formed_svg_that_says_what_it_shows(title: str, words: str) -> None:
    drawing = Drawing(100, 50)
    drawing.text(1, 2, words)
    root = parsed(drawing, title or "图", words)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").get("id") == root.get("aria-labelledby")
    assert not list(root.iter(f"{SVG}script"))


def test_text_is_never_markup() -> None:
    drawing = Drawing(10, 10)
    drawing.text(0, 0, "</text><script>alert(1)</script>")
    drawing.circle((1, 1), 1, "#000000", title='"><b>')
    svg = drawing.to_svg(title="<i>")
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "<i>" not in svg


def test_links_stay_reachable_for_a_screen_reader() -> None:
    drawing = Drawing(10, 10)
    drawing.circle((5, 5), 2, "#1f6f4a", href="/stations/1", title="龙潭镇站")
    root = parsed(drawing)
    assert root.get("role") == "group"
    assert root.find(f"{SVG}a").get("href") == "/stations/1"
    assert root.find(f"{SVG}a").get("aria-label") == "龙潭镇站"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.example", " javascript:x"])
def test_a_drawing_leads_only_to_pages(href: str) -> None:
    with pytest.raises(ValueError, match="web addresses"):
        Drawing(10, 10).circle((1, 1), 1, "#000000", href=href)


def test_coordinates_carry_one_decimal_at_most() -> None:
    drawing = Drawing(100, 100)
    drawing.polygon([[(1.23456, 2.0), (3.14159, -0.01), (9.99, 9.949)]], "#ffffff")
    assert ' d="M1.2,2 3.1,0 10,9.9Z"' in drawing.to_svg(title="x")


def test_holes_are_cut_out() -> None:
    drawing = Drawing(10, 10)
    drawing.polygon([[(0, 0), (9, 0), (9, 9)], [(2, 1), (4, 1), (4, 3)]], "#ffffff")
    assert 'fill-rule="evenodd"' in drawing.to_svg(title="x")


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (500000, "50万"), (1500000, "150万"), (2500, "2,500"), (0.5, "0.5"), (-20000, "-2万"), (1.5e8, "1.5亿")],
)
def test_axis_numbers_are_readable(value: float, said: str) -> None:
    assert readable(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(141090, "141,090"), (Decimal("1234.5"), "1,234.50"), (0, "0"), (100, "100"), (-3, "-3")]
)
def test_figures_at_bars_stand_in_full(value: Decimal, said: str) -> None:
    assert exact(value) == said


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_ticks_enclose_the_values_and_are_few(low: float, span: float) -> None:
    marks = ticks(low, low + span)
    slack = 1e-6 * max(abs(low), span, 1)
    assert marks[0] <= low + slack
    assert marks[-1] >= low + span - slack
    assert 2 <= len(marks) <= 8
    assert marks == sorted(set(marks))


def test_the_second_line_is_told_apart_without_colour() -> None:
    chart = line_chart([Series("上行", [1, 2, 3]), Series("下行", [3, 2, 1])], ["1月", "2月", "3月"], unit="元")
    dashes = [p.get("stroke-dasharray") for p in parsed(chart).iter(f"{SVG}path") if p.get("stroke-width") == "3"]
    assert dashes == [None, "7 5"]
    assert {"上行", "下行", "单位：元"} <= set(texts(chart))


def test_a_value_not_reported_is_a_gap_and_not_a_zero() -> None:
    chart = line_chart([Series("上行", [1, 2, None, 4, None, 5, 6])], list("1234567"))
    runs = [p for p in parsed(chart).iter(f"{SVG}path") if p.get("stroke-width") == "3"]
    assert len(runs) == 2
    assert len(list(parsed(chart).iter(f"{SVG}circle"))) == 1


@given(
    st.integers(1, 4),
    st.lists(st.none() | st.integers(-(10**9), 10**9) | st.decimals(-1000, 1000, places=2), max_size=30),
)
def test_any_figures_can_be_drawn_inside_the_picture(count: int, values: list[int | None]) -> None:
    series, labels = [Series(f"系列{n}", values) for n in range(count)], [f"{n}月" for n in range(len(values))]
    for chart in (
        line_chart(series, labels),
        bar_chart(series, labels, unit="件"),
        bar_list(series, labels, unit="元"),
    ):
        numbers = re.findall(r'\b(?:x|y|cx|cy|width|height)="(-?[\d.]+)"', chart.to_svg(title="x").split(">", 1)[1])
        assert all(-1 <= float(number) <= max(chart.width, chart.height) + 1 for number in numbers)


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="one value for each label"):
        line_chart([Series("上行", [1])], ["1月", "2月"])


def test_the_map_keeps_its_proportions() -> None:
    county = county_map(SQUARE, [], KINDS)
    corners = [tuple(map(float, p.split(","))) for p in re.findall(r"[\d.]+,[\d.]+", county.to_svg(title="x"))[:4]]
    across, up = corners[1][0] - corners[0][0], corners[0][1] - corners[2][1]
    assert across / up == pytest.approx(0.878, abs=0.01)  # cos 28.5°


def test_points_differ_in_shape_and_stand_in_the_legend() -> None:
    points = [MapPoint(108.5, 28.5, "station", "龙潭镇站", "/stations/1"), MapPoint(108.6, 28.6, "point", "五育村")]
    county = county_map(SQUARE, points, KINDS, labels=[MapLabel(108.5, 28.5, "龙潭镇")])
    root = parsed(county)
    assert {"乡镇站 1", "村级点 1", "龙潭镇"} <= set(texts(county))
    assert root.find(f"{SVG}a/{SVG}rect/{SVG}title").text == "龙潭镇站 · 乡镇站"
    assert list(root.iter(f"{SVG}circle"))


def test_names_never_cover_each_other() -> None:
    labels = [MapLabel(108.5 + n / 1000, 28.5, f"村庄{n}") for n in range(40)]
    names = [t for t in parsed(county_map(SQUARE, [], KINDS, labels=labels)).iter(f"{SVG}text") if "村庄" in t.text]
    boxes = [(float(t.get("x")), float(t.get("y")), text_width(t.text, 11)) for t in names]
    assert 1 <= len(boxes) < 40
    for n, (x, y, width) in enumerate(boxes):
        assert all(x + width <= a + 0.2 or a + w <= x + 0.2 or abs(y - b) >= 10.8 for a, b, w in boxes[:n])


def test_features_and_islands_and_routes_are_drawn() -> None:
    islands = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], SQUARE["coordinates"]]}
    boundary = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": islands}]}
    county = county_map(boundary, [], {}, routes=[Route([(108.2, 28.2), (108.8, 28.8)], "一号线")])
    assert len(list(parsed(county).iter(f"{SVG}path"))) == 5  # two islands, the route, its legend, the rule above
    assert "一号线" in texts(county)


def test_a_boundary_without_polygon_is_refused() -> None:
    with pytest.raises(ValueError, match="no polygon"):
        county_map({"type": "Point", "coordinates": [1, 2]}, [], {})


def test_the_same_drawing_stands_in_the_pdf() -> None:
    chart = bar_chart([Series("代卖", [180000, 90000])], ["龙潭镇", "麻旺镇"], unit="元")
    frame = Frame(**FRAME)
    pdf = render(frame, [parts.chart(chart, "图1　代卖")])
    for words in ("龙潭镇", "麻旺镇", "20万", "单位：元", "图1"):
        assert words in text_of(pdf)
