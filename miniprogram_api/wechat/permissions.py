"""Which messages a resident lets us bring to their telephone: asked by the mini program, counted here."""

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Enum, Integer, List, Nested, String
from apiflask.validators import Length
from flask import current_app

from miniprogram_api.guard import auth
from miniprogram_api.schemas import KeyIn, problems
from miniprogram_api.session import me
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.settings import Settings
from server.messages import actions, delivery, queries
from server.messages.rules import Template, Topic

permissions = APIBlueprint("message_permissions", __name__, url_prefix="/api/v1", tag="微信消息")


class PermissionOut(Schema):
    topic = Enum(Topic, by_value=True, required=True)
    name = String(required=True)
    template_id = String(
        required=True, metadata={"description": "交给 wx.requestSubscribeMessage；空的就不用问。"}
    )
    is_lasting = Boolean(
        required=True, metadata={"description": "长期订阅的模板：允许一次就够。别的每允许一次，发一条。"}
    )
    left = Integer(required=True, metadata={"description": "现在还允许发几条；长期允许算一条。"})


class PermissionsOut(Schema):
    topics = List(Nested(PermissionOut), required=True)


class AllowIn(Schema):
    topics = List(
        Enum(Topic, by_value=True),
        required=True,
        validate=Length(1, len(Topic)),
        metadata={"description": "居民在微信里点了“允许”的。"},
    )


class AllowedOut(PermissionsOut):
    """What is allowed now."""


STANDING = {
    "topics": [
        {
            "topic": "report_answered",
            "name": "你报的、提的事有答复",
            "template_id": "sandbox-report_answered",
            "is_lasting": False,
            "left": 1,
        }
    ]
}


@permissions.get("/message-permissions")
@permissions.auth_required(auth)
@permissions.output(PermissionsOut, example=STANDING)
@permissions.doc(
    operation_id="list_message_permissions", summary="我允许发哪些微信消息", responses=problems(401)
)
def list_permissions() -> dict[str, Any]:
    return _standing()


@permissions.post("/message-permissions")
@permissions.auth_required(auth)
@permissions.input(KeyIn, location="headers", arg_name="key")
@permissions.input(AllowIn, arg_name="body", example={"topics": ["report_answered"]})
@permissions.output(AllowedOut, status_code=201, example=STANDING)
@permissions.doc(
    operation_id="allow_messages", summary="居民允许发微信消息", responses=problems(400, 401, 409, 422)
)
def allow(key: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    known = _templates()
    with unit_of_work():
        for topic in dict.fromkeys(body["topics"]):
            actions.allow(
                me().id, topic, is_lasting=topic in known and known[topic].is_lasting, actor=me().actor, now=now(),
                client_key=key["client_key"], beside=body["topics"],
            )  # fmt: skip
    return _standing()


def _templates() -> dict[Topic, Template]:
    settings: Settings = current_app.config["SETTINGS"]
    return delivery.templates(now(), is_stand_in=settings.wechat.is_stand_in)


def _standing() -> dict[str, Any]:
    known = _templates()
    left = queries.permissions_left(me().id)
    return {
        "topics": [
            {
                "topic": topic,
                "name": topic.name_zh,
                "template_id": known[topic].id if topic in known else "",
                "is_lasting": topic in known and known[topic].is_lasting,
                "left": left.get(topic, 0),
            }
            for topic in Topic
        ]
    }
