"""What pages, flows and the seed ask of logistics; see the modules for what each verb takes and raises."""

from logistics.service import places
from logistics.service.activity import ParcelActivity, parcel_activity
from logistics.service.carrying import passing_runs
from logistics.service.cash import Cash, cash_of, cod_collected, freight_collected
from logistics.service.demand import Demand, waiting_demand
from logistics.service.desk import DeskCounts, desk_counts
from logistics.service.exceptions import (
    count_open_exceptions,
    dispatch,
    exceptions_of,
    exceptions_query,
    get_exception,
    return_parcel,
    settle_found,
    settle_lost,
)
from logistics.service.finding import Filters, count_by_status, get_parcel, list_parcels, parcels_query, recent_at
from logistics.service.handovers import (
    Waiting,
    coming_to,
    done_today,
    get_handover,
    handovers_query,
    lines_of,
    on_run,
    parcels_to,
    waiting_to_go,
)
from logistics.service.intake import Arrival, Sending, accept_many, register_arrivals, take_in
from logistics.service.manifests import Manifest, send_manifest, send_manifests
from logistics.service.pickups import (
    HandOut,
    find_by_code,
    find_waiting,
    pick_up_many,
    waiting_with,
)
from logistics.service.receipts import Receipt, receive_manifest, receive_manifests
from logistics.service.run_sheet import run_sheets, run_url
from logistics.service.runs import (
    RunPlan,
    StopPlan,
    arrive,
    cancel_runs,
    confirm_runs,
    find_run,
    finish_runs,
    free_vehicles,
    get_run,
    list_runs,
    propose_runs,
    runs_query,
    start_runs,
)
from logistics.service.shelving import ToShelve, shelve_many
from logistics.service.trail import doer, events_of
from logistics.service.vehicles import VehicleFacts, add_vehicle, list_drivers, list_vehicles

__all__ = [
    "Arrival",
    "Cash",
    "Demand",
    "DeskCounts",
    "Filters",
    "HandOut",
    "Manifest",
    "ParcelActivity",
    "Receipt",
    "RunPlan",
    "Sending",
    "StopPlan",
    "ToShelve",
    "VehicleFacts",
    "Waiting",
    "accept_many",
    "add_vehicle",
    "arrive",
    "cancel_runs",
    "cash_of",
    "cod_collected",
    "coming_to",
    "confirm_runs",
    "count_by_status",
    "count_open_exceptions",
    "desk_counts",
    "dispatch",
    "doer",
    "done_today",
    "events_of",
    "exceptions_of",
    "exceptions_query",
    "find_by_code",
    "find_run",
    "find_waiting",
    "finish_runs",
    "free_vehicles",
    "freight_collected",
    "get_exception",
    "get_handover",
    "get_parcel",
    "get_run",
    "handovers_query",
    "lines_of",
    "list_drivers",
    "list_parcels",
    "list_runs",
    "list_vehicles",
    "on_run",
    "parcel_activity",
    "parcels_query",
    "parcels_to",
    "passing_runs",
    "pick_up_many",
    "places",
    "propose_runs",
    "receive_manifest",
    "receive_manifests",
    "recent_at",
    "register_arrivals",
    "return_parcel",
    "run_sheets",
    "run_url",
    "runs_query",
    "send_manifest",
    "send_manifests",
    "settle_found",
    "settle_lost",
    "shelve_many",
    "start_runs",
    "take_in",
    "waiting_demand",
    "waiting_to_go",
    "waiting_with",
]
