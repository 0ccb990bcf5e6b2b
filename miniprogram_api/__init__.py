"""The residents' door: JSON under /api/v1 and the phone pages."""

from flask import Blueprint

from miniprogram_api.pages.front import front

mobile = Blueprint("mobile", __name__, template_folder="templates")
mobile.register_blueprint(front)
