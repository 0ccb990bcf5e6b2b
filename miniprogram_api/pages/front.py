"""The front page: what this is, in two sentences, and the ways in."""

from flask import Blueprint, render_template

from miniprogram_api.guard import open_to_all
from miniprogram_api.session import signed_in

front = Blueprint("front", __name__)


@front.get("/")
@open_to_all
def front_page() -> str:
    """In example mode the example's door hands its cards to the template."""
    return render_template("phone/front/front.html", is_resident=signed_in() is not None)
