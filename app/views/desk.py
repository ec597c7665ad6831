"""Pages."""

from flask import Blueprint

desk_bp = Blueprint("desk", __name__)
