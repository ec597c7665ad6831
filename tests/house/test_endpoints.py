"""What every endpoint owes the house."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import menu
from app.core.access import PERMISSIONS, Role

UNTYPED = re.compile(r"<(?![a-z_]+(\(.*\))?:)[^>]+>")
# Words of a URL are kebab-case; the rest is parameters, and the paths that standards give.
KEBAB = re.compile(r"^(/([a-z0-9-]+(\.[a-z]+)?|<[^>]+>)?)+$")
# Free text that no converter can type, each with the reason.
UNTYPED_BY_NAME = {
    "static": "Flask's own",
    "home.set_language": "the view accepts zh and en only",
    "traceability.trace": "GS1 keys are checked by the view so that a malformed code gets its own plain page",
    "traceability.trace_item": "the same",
}

pytestmark = pytest.mark.one_engine


def rules(app: Flask) -> Iterator[Rule]:
    return app.url_map.iter_rules()


def test_every_endpoint_declares_a_permission_or_is_public(app: Flask) -> None:
    bare = [
        r.endpoint
        for r in rules(app)
        if r.endpoint != "static"
        and not getattr(app.view_functions[r.endpoint], "is_public", False)
        and getattr(app.view_functions[r.endpoint], "permission", None) is None
    ]
    assert bare == []


def test_no_endpoint_declares_both(app: Flask) -> None:
    assert [
        n for n, v in app.view_functions.items() if getattr(v, "is_public", False) and hasattr(v, "permission")
    ] == []


def test_every_endpoint_belongs_to_one_menu_item_or_is_left_out_by_name(app: Flask) -> None:
    with app.app_context():
        homeless = [
            r.endpoint for r in rules(app) if menu.owner(r.endpoint) is None and r.endpoint not in menu.NOT_IN_MENU
        ]
    assert sorted(set(homeless)) == []


def test_the_menu_names_no_endpoint_that_is_gone(app: Flask) -> None:
    known = {r.endpoint for r in rules(app)}
    named = {e for item in menu.MENU for e in (item.endpoint, *item.also) if "." in e} | set(menu.NOT_IN_MENU)
    assert sorted(named - known) == []


def test_url_parameters_are_typed(app: Flask) -> None:
    assert [r.rule for r in rules(app) if UNTYPED.search(r.rule) and r.endpoint not in UNTYPED_BY_NAME] == []


def test_urls_are_kebab_case(app: Flask) -> None:
    assert [
        r.rule for r in rules(app) if not KEBAB.match(re.sub(r"<[^>]*>", "<x>", r.rule)) and r.endpoint != "static"
    ] == []


def test_every_role_that_logs_in_can_do_something() -> None:
    idle = [r for r in Role if r is not Role.INTERFACE and not any(r in p.roles for p in PERMISSIONS.values())]
    assert idle == []


def test_the_official_reads_only() -> None:
    writing = [
        p.name
        for p in PERMISSIONS.values()
        if Role.COUNTY_OFFICIAL in p.roles and not p.name.endswith(("read", "logged_in", "export"))
    ]
    assert writing == []
