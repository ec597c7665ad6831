"""Postings and objections: the hub's pages and those for anybody."""

from stations.views.publicity import hub, objections, public

__all__ = ["hub", "objections", "public"]
