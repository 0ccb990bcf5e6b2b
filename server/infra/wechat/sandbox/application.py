"""The stand-in as a small Flask application of its own: faults and counts stand around the endpoints, not in them."""

import json
import time

from flask import Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from server.infra.wechat.sandbox import endpoints, public
from server.infra.wechat.sandbox.state import Fault, Order, State

#: errcode of the faults that are an answer.
CODES = {Fault.RATE_LIMIT: 45009, Fault.TOKEN: 40001, Fault.BUSY: -1, Fault.REFUSED: 43101}
SAID = {
    45009: "reach max api daily quota limit",
    40001: "invalid credential, access_token is invalid or not latest",
    -1: "system error",
    43101: "user refuse to accept the msg",
}


class _Silent(WSGIRequestHandler):
    """Addresses hold the secret: even a stand-in's log is not the place for them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def listen(state: State, port: int = 0) -> BaseWSGIServer:
    """A server on this machine only; `port` 0 takes a free one."""
    return make_server("127.0.0.1", port, make_sandbox(state), threaded=True, request_handler=_Silent)


def make_sandbox(state: State) -> Flask:
    app = Flask("wechat-sandbox", static_folder=None)
    app.extensions["state"] = state
    app.before_request(lambda: _fail_before(state))
    app.after_request(lambda answer: _fail_after(state, answer))
    app.register_blueprint(public.pages)
    app.register_blueprint(endpoints.api)
    _control(app, state)
    return app


def _fail_before(state: State) -> Response | None:
    if request.path.startswith("/sandbox/"):
        return None
    order = state.due_fault(request.path)
    request.environ["sandbox.order"] = order
    if order is None:
        return None
    if order.fault in CODES:
        code = CODES[order.fault]
        return jsonify(errcode=code, errmsg=SAID[code])
    if order.fault is Fault.SERVER_ERROR:
        return Response("<html>502 Bad Gateway</html>", 502)
    if order.fault is Fault.MALFORMED:
        return Response('{"errcode":0,"access_to', content_type="application/json")
    if order.fault is Fault.TIME_OUT:
        time.sleep(order.seconds)
        return Response("", 504)
    return None


def _fail_after(_state: State, answer: Response) -> Response:
    order: Order | None = request.environ.get("sandbox.order")
    if order is not None and order.fault in {Fault.SLOW, Fault.UNANSWERED}:
        time.sleep(order.seconds)
        if order.fault is Fault.UNANSWERED:
            return Response("", 504)
    return answer


def _control(app: Flask, state: State) -> None:
    """For whoever tries it by hand or tests it; WeChat has nothing like it."""

    @app.post("/sandbox/faults")
    def order() -> Response | tuple[Response, int]:
        """{"path": "*", "fault": "rate_limit", "times": 3, "seconds": 30}; without a fault everything is well again."""
        asked = request.get_json(silent=True) or {}
        if not asked.get("fault"):
            state.forgive()
            return jsonify(ok=True)
        try:
            fault = Fault(asked["fault"])
            times = None if asked.get("times") is None else int(asked["times"])
            seconds = float(asked.get("seconds", 30.0))
        except (TypeError, ValueError):
            return jsonify(ok=False, faults=list(Fault)), 422
        state.order(str(asked.get("path", "*")), fault, times, seconds)
        return jsonify(ok=True)

    @app.post("/sandbox/pictures")
    def pictures() -> Response | tuple[Response, int]:
        """{"suggest": "risky"}: what the check says of pictures from now on."""
        asked = request.get_json(silent=True) or {}
        if asked.get("suggest") not in endpoints.LABELS:
            return jsonify(ok=False, suggest=list(endpoints.LABELS)), 422
        state.pictures = str(asked["suggest"])
        return jsonify(ok=True)

    @app.get("/sandbox/counts")
    def counts() -> Response:
        return jsonify(dict(state.counts))

    @app.get("/sandbox/sent")
    def sent() -> Response:
        """The messages that people would have on their telephones."""
        return Response(json.dumps(state.sent, ensure_ascii=False, indent=1), content_type="application/json")
