"""What pages, flows and the seed ask of training."""

from training.service.attendance import (
    Person,
    count_known,
    known_people,
    list_attendances,
    people_trained,
    sign_in,
    sign_in_known,
    sign_in_list,
    strike_out,
)
from training.service.places import session_places, trainee_places
from training.service.sessions import (
    SessionFilter,
    find_open_session,
    get_session,
    list_courses,
    list_sessions,
    may_see_names,
    move_session,
    plan_session,
    rows_of_sessions,
    turnout,
)
from training.service.sheet import sign_in_sheet

__all__ = [
    "Person",
    "SessionFilter",
    "count_known",
    "find_open_session",
    "get_session",
    "known_people",
    "list_attendances",
    "list_courses",
    "list_sessions",
    "may_see_names",
    "move_session",
    "people_trained",
    "plan_session",
    "rows_of_sessions",
    "session_places",
    "sign_in",
    "sign_in_known",
    "sign_in_list",
    "sign_in_sheet",
    "strike_out",
    "trainee_places",
    "turnout",
]
