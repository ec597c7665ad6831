"""Pages."""

from flask import Blueprint

bp = Blueprint("trade", __name__)
