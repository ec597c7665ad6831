"""The blueprint that the pages hang on."""

from flask import Blueprint

bp = Blueprint("traceability", __name__, template_folder="../templates")
