"""Errors to HTTP, in one place: RFC 9457 problem details under /api/, a page that says what to do elsewhere."""

import logging
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, json, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from server.kernel.errors import Invalid, Problem, Throttled

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
API_PREFIXES = ("/api/", "/open311/")

#: What is said where the framework refuses before our own code is asked.
SENTENCES = {
    400: ("bad_request", "发来的内容看不懂。请返回上一页，刷新后再试。"),
    401: ("unauthenticated", "请先登录或扫码。"),
    403: ("forbidden", "你没有权限做这件事。"),
    404: ("not_found", "没有找到。请检查地址，或回到首页重新进入。"),
    405: ("method_not_allowed", "这个地址不支持这样的操作。请从页面上的按钮进入。"),
    406: ("not_acceptable", "没有你要的格式。"),
    413: ("too_large", "文件太大了，这一页没有存下。请返回上一页，写的字还在；照片少选几张，或分几次传。"),
    415: ("unsupported_media_type", "发来的格式不对。请用 JSON。"),
    422: ("invalid", "有几处填得不对，请改正后再提交。"),
    429: ("throttled", "试得太快了。请稍等一会儿再试。"),
    503: ("unavailable", "系统正忙，请一分钟后再试。内容没有丢。"),
}
FALLBACK = ("internal", "系统出了点问题，已经记录。请稍后再试；着急的话请打页面下方的电话。")


def init_problems(app: APIFlask) -> None:
    app.register_error_handler(Problem, _from_problem)
    app.register_error_handler(HTTPException, _from_http)
    for gone in (OperationalError, InterfaceError):
        app.register_error_handler(gone, _from_absent_database)
    app.register_error_handler(Exception, _from_bug)
    app.error_processor(_from_apiflask)


def problem_response(
    status: int,
    code: str,
    message: str,
    *,
    fields: dict[str, Any] | None = None,
    reasons: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The refusal, as the caller can read it: JSON for programs, a page for people."""
    if request.path.startswith(API_PREFIXES):
        body: dict[str, Any] = {
            "type": f"/problems/{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": code,
            "detail": message,
        }
        if fields:
            body["errors"] = fields
        if reasons:
            body["reasons"] = reasons
        answer = Response(json.dumps(body, ensure_ascii=False), status, content_type=PROBLEM_JSON)
    else:
        page = render_template(
            "web/error.html",
            status=status,
            code=code,
            message=message,
            fields=fields or {},
            reasons=reasons or [],
        )
        answer = Response(page, status, content_type="text/html; charset=utf-8")
    answer.headers.extend(headers or {})
    return answer


def _from_problem(error: Problem) -> Response:
    fields: dict[str, Any] | None = error.fields if isinstance(error, Invalid) else None
    reasons = [{"code": r.code, "message": r.message} for r in error.reasons]
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Throttled) else {}
    if error.status == HTTPStatus.UNAUTHORIZED and request.path.startswith(API_PREFIXES):
        headers["WWW-Authenticate"] = "Bearer"
    return problem_response(
        error.status, error.code, error.message, fields=fields, reasons=reasons, headers=headers
    )


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    code, message = SENTENCES.get(status, FALLBACK)
    if error.response is not None or 300 <= status < 400:
        return error.get_response()  # type: ignore[return-value]
    headers = {
        k: v for k, v in error.get_headers() if k.lower() in {"allow", "retry-after", "www-authenticate"}
    }
    return problem_response(status, code, message, headers=headers)


def _from_apiflask(error: HTTPError) -> Response:
    code, message = SENTENCES.get(error.status_code, FALLBACK)
    fields = error.detail if isinstance(error.detail, dict) else None
    return problem_response(
        error.status_code,
        code,
        message,
        fields=_flat(fields),
        headers={str(k): str(v) for k, v in dict(error.headers or {}).items()},
    )


def _flat(detail: dict[str, Any] | None) -> dict[str, Any] | None:
    """APIFlask nests fields under the place they came from (json, query, form); people want the field."""
    if not detail:
        return None
    flat: dict[str, Any] = {}
    for place, fields in detail.items():
        if isinstance(fields, dict):
            flat.update({str(name): sentences for name, sentences in fields.items()})
        else:
            flat[str(place)] = fields
    return flat


def _from_absent_database(error: Exception) -> Response:
    """The database does not answer, or stayed locked too long: nothing was written, and a repeat is safe."""
    log.error("the database did not answer: %s", type(error).__name__)
    return problem_response(503, *SENTENCES[503], headers={"Retry-After": "5"})


def _from_bug(error: Exception) -> Response:
    log.error("unhandled error", exc_info=error)
    return problem_response(500, *FALLBACK)
