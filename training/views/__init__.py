"""Pages of training: sessions, the teacher's list, and people's own sign-in."""

from training.views import own, sessions, signing
from training.views.blueprint import bp

__all__ = ["bp", "own", "sessions", "signing"]
