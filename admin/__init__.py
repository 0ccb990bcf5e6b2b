"""The staff's door: pages and downloads under /admin/."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from admin.session import login

back_office = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")


@back_office.record_once
def _prepare(state: BlueprintSetupState) -> None:
    login.init_app(state.app)


# One line for each concept, in the order of the alphabet.
