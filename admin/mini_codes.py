"""The mini program's own code for a slip or a poster, as a picture. Fetched when it is printed, kept nowhere: the picture
of a slip is as good as its code."""

from flask import Blueprint, Response, current_app, url_for

from admin.guard import needs
from server.identity import queries
from server.identity.rules import Permission
from server.identity.rules.scenes import Paper, scene_of
from server.infra.wechat import WeChatError, mini_program
from server.kernel.errors import NotFound, Unavailable

mini_codes = Blueprint("mini_codes", __name__, url_prefix="/communities/<int:community_id>/codes")

#: The mini program's page that reads the scene.
PAGE = "pages/scan/scan"
WIDTH = 430


@mini_codes.get("/slips/<int:slip_id>/mini")
@needs(Permission.PRINT_CODES)
def slip_picture(community_id: int, slip_id: int) -> Response:
    slip = queries.slip(slip_id, community_id)
    if slip is None or slip.revoked_at is not None:
        raise NotFound
    return _picture(scene_of(Paper.SLIP, slip.code))


@mini_codes.get("/posters/<int:code_id>/mini")
@needs(Permission.PRINT_CODES)
def poster_picture(community_id: int, code_id: int) -> Response:
    row = next((one for one in queries.place_codes_of(community_id) if one.id == code_id), None)
    if row is None:
        raise NotFound
    return _picture(scene_of(Paper.PLACE, row.token))


def picture_of(paper: Paper, community_id: int, row_id: int) -> str:
    """The picture's address, to stand beside the plain code; empty where there is no mini program."""
    if not current_app.config["WECHAT_HAS_MINI"]:
        return ""
    if paper is Paper.SLIP:
        return url_for("admin.mini_codes.slip_picture", community_id=community_id, slip_id=row_id)
    return url_for("admin.mini_codes.poster_picture", community_id=community_id, code_id=row_id)


def _picture(scene: str) -> Response:
    failure: WeChatError | None = None
    try:
        content = mini_program().code_image(scene, PAGE, width=WIDTH)
    except WeChatError as error:
        failure = error
    if failure is not None:
        raise Unavailable("小程序码没有取到。旁边的二维码照样能用。", code="wechat_away")
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return Response(content, content_type=kind, headers={"Cache-Control": "private, max-age=3600"})
