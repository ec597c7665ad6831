"""Pages about lots: for those who record them, and the public trace page."""

from traceability.views import lots, public
from traceability.views.blueprint import bp

__all__ = ["bp", "lots", "public"]
