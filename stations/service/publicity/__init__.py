"""Postings, and the objections to them."""

from stations.service.publicity.objections import (
    Contact,
    answer_objection,
    contact_of,
    export_objections,
    find_by_code,
    get_objection,
    query_objections,
    raise_objection,
)
from stations.service.publicity.posting import (
    conclude,
    export_rows,
    get_public,
    get_publicity,
    list_running,
    post,
    posting_rules,
    query_public,
    query_publicities,
    withdraw,
)

__all__ = [
    "Contact",
    "answer_objection",
    "conclude",
    "contact_of",
    "export_objections",
    "export_rows",
    "find_by_code",
    "get_objection",
    "get_public",
    "get_publicity",
    "list_running",
    "post",
    "posting_rules",
    "query_objections",
    "query_public",
    "query_publicities",
    "raise_objection",
    "withdraw",
]
