"""What can be found out before anything is reported: where the endpoint is, which services there are, what is asked about each."""

from typing import Any

from flask import Response, current_app, request

from miniprogram_api.open311.blueprint import open311
from miniprogram_api.open311.guard import jurisdiction, readable
from miniprogram_api.open311.services import SERVICES, attributes_of, category_of
from miniprogram_api.open311.writing import Form, written

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
#: The day on which services or their attributes were last changed; programs fetch them anew after it.
CHANGED = "2026-11-26 00:00"
CONTACT = "接口怎么用，请问给你发密钥的街道或县（市、区）住建部门。"
KEY_SERVICE = "报修要用密钥。向小区所在的县（市、区）或市（州）要，由他们在巷议后台发。"


@open311.get("/discovery.<any(json,xml):form>")
@readable
def discovery(form: str) -> Response:
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{current_app.config['PUBLIC_URL']}{open311.url_prefix}",
        "changeset": CHANGED,
        "type": "production",
        "formats": [one.media_type for one in (Form.XML, Form.JSON)],
    }
    told = {"changeset": CHANGED, "contact": CONTACT, "key_service": KEY_SERVICE, "endpoints": [endpoint]}
    return written(form, "discovery", told)


@open311.get("/services.<any(json,xml):form>")
@readable
def services(form: str) -> Response:
    jurisdiction(request.args.get("jurisdiction_id"))
    return written(form, "services", SERVICES)


@open311.get("/services/<code>.<any(json,xml):form>")
@readable
def definition(code: str, form: str) -> Response:
    jurisdiction(request.args.get("jurisdiction_id"))
    category = category_of(code)
    told: dict[str, Any] = {"service_code": category.value, "attributes": attributes_of(category)}
    return written(form, "service_definition", told)
