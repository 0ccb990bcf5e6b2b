"""The blueprint that coming in and proving share."""

from apiflask import APIBlueprint

binding = APIBlueprint("binding", __name__, url_prefix="/api/v1", tag="扫码和房屋")
