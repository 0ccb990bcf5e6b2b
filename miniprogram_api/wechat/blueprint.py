"""The blueprint that signing in and the codes of the mini program share."""

from apiflask import APIBlueprint

wechat = APIBlueprint("wechat", __name__, url_prefix="/api/v1", tag="微信")
