"""What stands behind a mini program's code: its scene has room for 32 signs, so it names a paper and the house looks it up."""

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import OneOf

from miniprogram_api.binding.entering import known_slip
from miniprogram_api.guard import open_to_all
from miniprogram_api.schemas import problems
from miniprogram_api.wechat.blueprint import wechat
from server.identity import queries
from server.identity.rules.scenes import Paper, read_scene
from server.kernel.errors import NotFound


class SceneOut(Schema):
    paper = String(
        required=True,
        validate=OneOf(list(Paper)),
        metadata={"description": "slip 入户码：接着 GET /slips/{code}；place 海报：打开 page。"},
    )
    code = String(required=True)
    page = String(required=True, metadata={"description": "手机页面的地址"})


@wechat.get("/scenes/<scene>")
@wechat.output(SceneOut)
@wechat.doc(
    operation_id="get_scene",
    summary="小程序码的 scene 指哪张纸",
    description="scene 从 onLoad 的 query.scene 来，先 decodeURIComponent。",
    responses=problems(404, 429),
)
@open_to_all
def show_scene(scene: str) -> dict[str, Any]:
    found = read_scene(scene)
    if found is None:
        raise NotFound("这个小程序码不能用。请扫旁边的二维码，或到居委会领新的。", code="scene_unknown")
    paper, code = found
    if paper is Paper.SLIP:
        return {"paper": paper, "code": known_slip(code).code, "page": f"/s/{code}"}
    row = queries.place_code_by_token(code)
    if row is None:
        raise NotFound("这张海报已经换过，码不能用了。请扫旁边新的一张。", code="scene_unknown")
    return {"paper": paper, "code": row.token, "page": f"/p/{row.token}"}
