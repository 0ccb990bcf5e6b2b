"""The blueprint of the pages for staff on the move."""

from flask import Blueprint

field = Blueprint("field", __name__, url_prefix="/field")
