"""The residents' door: JSON under /api/v1 and the phone pages."""

from flask import Blueprint

mobile = Blueprint("mobile", __name__, template_folder="templates")
