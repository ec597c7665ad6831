"""What other domains and pages ask of the station network; see the modules for what each verb takes and raises."""

from stations.service.coverage import county_coverage, plan_status, stations_on
from stations.service.divisions import (
    county_division,
    division_name,
    division_names,
    find_division,
    get_county,
    get_division,
    list_divisions,
    load_county_files,
    mark_key,
    name_on,
    place_of,
)
from stations.service.finding import (
    find_station,
    find_station_by_code,
    get_station,
    list_stations,
    station_of,
    stations_query,
    status_history,
)
from stations.service.neighbours import serve_village, served_villages, stop_serving
from stations.service.network import (
    Move,
    StationDetails,
    edit_station,
    move_station,
    move_stations,
    register_station,
)
from stations.service.plans import find_plan, set_plan

__all__ = [
    "Move",
    "StationDetails",
    "county_coverage",
    "county_division",
    "division_name",
    "division_names",
    "edit_station",
    "find_division",
    "find_plan",
    "find_station",
    "find_station_by_code",
    "get_county",
    "get_division",
    "get_station",
    "list_divisions",
    "list_stations",
    "load_county_files",
    "mark_key",
    "move_station",
    "move_stations",
    "name_on",
    "place_of",
    "plan_status",
    "register_station",
    "serve_village",
    "served_villages",
    "set_plan",
    "station_of",
    "stations_on",
    "stations_query",
    "status_history",
    "stop_serving",
]
