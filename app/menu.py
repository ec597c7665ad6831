"""The menu: what a person sees at the top of every page, by what they may do.

An endpoint belongs to the menu item whose blueprint it is in, or is named in :data:`NOT_IN_MENU`; a test checks that
every endpoint does one or the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from app.core.access import Actor


@dataclass(frozen=True)
class MenuItem:
    """One word of the menu. It is shown to those who may open its endpoint."""

    label: Any
    endpoint: str
    also: tuple[str, ...] = ()  # blueprints or endpoints that belong to it
    rooms: tuple[str, ...] = ()  # modules (and what is below them) whose pages belong to it

    def houses(self, module: str) -> bool:
        """Whether the view stands in one of the item's modules."""
        return any(module == room or module.startswith(f"{room}.") for room in self.rooms)

    def names(self, endpoint: str) -> bool:
        """Whether the item names this very endpoint."""
        return endpoint == self.endpoint or endpoint in self.also

    def holds(self, endpoint: str) -> bool:
        """Whether the item takes in the endpoint's whole blueprint."""
        return endpoint.partition(".")[0] in self.also


@dataclass(frozen=True)
class Shown:
    """A menu item as the layout draws it."""

    label: Any
    url: str
    current: bool


STATION_WORK = tuple(
    f"stations.views.{room}"
    for room in (
        "acceptance",
        "building",
        "evaluation",
        "inspection",
        "money",
        "organisation",
        "phone_checks",
        "plan",
        "projects",
        "publicity",
    )
)
MENU: list[MenuItem] = [
    MenuItem(_l("工作台"), "desk.home", also=("desk",)),
    MenuItem(_l("覆盖"), "stations.coverage"),
    MenuItem(lazy_pgettext("many", "站点"), "stations.list_stations", also=("stations",)),
    MenuItem(_l("建设和考核"), "stations.show_work", rooms=STATION_WORK),
    MenuItem(_l("产品"), "products.list_products", also=("products",)),
    MenuItem(_l("批次"), "traceability.list_lots", also=("traceability",)),
    MenuItem(_l("交易"), "trade.list_services", also=("trade",)),
    MenuItem(_l("订单"), "orders.list_orders", also=("orders",)),
    MenuItem(_l("包裹"), "parcels.list_parcels", also=("parcels",)),
    MenuItem(_l("班车"), "runs.list_runs", also=("runs",)),
    MenuItem(_l("培训"), "training.list_sessions", also=("training",)),
    MenuItem(_l("统计"), "datacenter.statistics", also=("datacenter",)),
    MenuItem(_l("人员"), "accounts.list_users", also=("accounts",)),
]

NOT_IN_MENU: dict[str, str] = {
    "static": "files of the look",
    "home.index": "the public face",
    "home.start": "leads to the first page of one's own work",
    "home.set_language": "a link on every page",
    "home.show_upload": "reached from the record a file belongs to",
    "home.verify_form": "public: reached from the face and from printed codes",
    "home.show_verification": "public: the address printed on documents",
    "home.verify_file": "public",
    "accounts.login_form": "where one comes in",
    "accounts.login": "a button of that page",
    "accounts.code_form": "the second step of coming in",
    "accounts.check_code": "a button of that page",
    "accounts.logout": "in the person's menu",
    "accounts.own_account": "in the person's menu",
    "accounts.choose_language": "a button of one's own account",
    "accounts.change_password_form": "reached from one's own account",
    "accounts.change_password": "a button of that page",
    "accounts.second_step_form": "reached from one's own account",
    "accounts.start_second_step": "a button of that page",
    "accounts.confirm_second_step": "a button of that page",
    "accounts.remove_second_step": "a button of that page",
    "jobs.list_jobs": "reached from the person's menu",
    "jobs.show_job": "reached from where the work was started",
    "jobs.cancel_job": "a button of that page",
    "health.alive": "for machines",
    "health.ready": "for machines",
    "health.metrics": "for machines",
}


def owner(endpoint: str | None) -> MenuItem | None:
    """The item an endpoint belongs to: the one that names it, else houses its module, else holds its blueprint."""
    if endpoint is None or endpoint in NOT_IN_MENU:
        return None
    module = current_app.view_functions[endpoint].__module__
    return (
        next((item for item in MENU if item.names(endpoint)), None)
        or next((item for item in MENU if item.houses(module)), None)
        or next((item for item in MENU if item.holds(endpoint)), None)
    )


def for_actor(actor: Actor | None, endpoint: str | None) -> list[Shown]:
    """The items this person may open, with the current one marked."""
    if actor is None:
        return []
    shown, here = [], owner(endpoint)
    for item in MENU:
        view = current_app.view_functions.get(item.endpoint)
        permission = getattr(view, "permission", None)
        if permission is not None and actor.may(permission):
            shown.append(Shown(item.label, url_for(item.endpoint), item is here))
    return shown
