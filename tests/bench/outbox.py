"""Bringing 10,000 messages with two workers against the stand-in, one of them killed in the middle.

Nothing may be lost. Twice may come at most the one message that the killed worker had handed over and not yet written
down: nobody but WeChat could know of it. How many are sent in a second counts from the first to the last of the first run.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from server.identity import queries as identity
from server.identity.models import Resident, WeChatAccount
from server.identity.rules import WeChatApp
from server.infra import clock
from server.infra.db import db, unit_of_work
from server.infra.wechat.sandbox import State, listen, openid_of
from server.kernel.chinatime import CHINA
from server.messages.actions import tell
from server.messages.models import MessageDelivery, MessagePermission
from server.messages.rules import Bringing, Recipient, Topic
from tests.bench.frame import ROOT, Place, Row, place
from tests.bench.house import house_at

MESSAGES = int(os.environ.get("OUTBOX_MESSAGES", "10000"))
GIVE_UP_AFTER = 1200.0
APPID = "wx-bench"
WORKER = (
    "from wsgi import app\n"
    "from server.jobs.messages import work_on_deliveries\n"
    "with app.app_context():\n"
    "    while work_on_deliveries():\n"
    "        pass\n"
)


def run(database: str) -> list[Row]:
    state = State()
    server = listen(state)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with place(database) as ours, house_at(ours):
            _seed()
            seconds, sent_by_two = _two_workers(ours, state, server.port)
            # What the killed one had in hand is taken up again once it was silent for long enough.
            with unit_of_work():
                clock.move_forward(timedelta(minutes=6))
            _wait(_worker(ours, server.port))
            settled = _settled()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    times = Counter(one["touser"] for one in state.sent)
    return [
        Row("outbox", database, "messages lost", MESSAGES - len(times), mark=0),
        Row("outbox", database, "messages not settled", MESSAGES - settled, mark=0),
        Row(
            "outbox",
            database,
            "messages sent twice (in flight when killed)",
            len(state.sent) - len(times),
            mark=1,
        ),
        Row("outbox", database, "messages in a second", sent_by_two / seconds, better="higher"),
    ]


def _two_workers(ours: Place, state: State, port: int) -> tuple[float, int]:
    first, second = _worker(ours, port), _worker(ours, port)
    until = time.monotonic() + GIVE_UP_AFTER
    while not state.sent and time.monotonic() < until:
        time.sleep(0.01)
    begun = time.monotonic()
    while len(state.sent) < MESSAGES // 2 and time.monotonic() < until:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    seconds, sent = time.monotonic() - begun, len(state.sent)
    _wait(second)
    return seconds, sent


def _worker(ours: Place, port: int) -> "subprocess.Popen[bytes]":
    wechat = {
        "WECHAT_MINI_APPID": APPID,
        "WECHAT_MINI_SECRET": "bench",
        "WECHAT_BASE_URL": f"http://127.0.0.1:{port}",
    }
    environment = {**os.environ, **ours.environment, **wechat}
    return subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment)


def _wait(worker: "subprocess.Popen[bytes]") -> None:
    if worker.wait(GIVE_UP_AFTER) != 0:
        raise RuntimeError("a worker failed; its lines stand above")


def _seed() -> None:
    """So many residents, each bound to WeChat and allowing one message; told of one opening, at ten in the morning."""
    now = datetime.now(UTC)
    ten = now.astimezone(CHINA).replace(hour=10, minute=0) + timedelta(days=1)
    with unit_of_work():
        clock.move_forward(ten - now)
        people = [{"created_at": now, "session_version": 1}] * MESSAGES
        db.session.execute(sa.insert(Resident), people)
        ids = list(db.session.scalars(sa.select(Resident.id).order_by(Resident.id)))
        db.session.execute(sa.insert(WeChatAccount), [_account(one, now) for one in ids])
        allowed = {"topic": Topic.VOTE_OPENS, "is_lasting": False, "given_at": now}
        db.session.execute(sa.insert(MessagePermission), [{"resident_id": one, **allowed} for one in ids])
        tell(
            map(Recipient.resident, ids), kind="ballots.opened", subject="开始投票了", body="", link="/ballots/1",
            community_id=None, now=now,
        )  # fmt: skip


def _account(resident_id: int, now: datetime) -> dict[str, object]:
    openid = openid_of(APPID, str(resident_id))
    return {
        "resident_id": resident_id,
        "app": WeChatApp.MINI,
        "openid": openid,
        "openid_hash": identity.openid_hash(WeChatApp.MINI, openid),
        "bound_at": now,
        "last_seen_at": now,
    }


def _settled() -> int:
    db.session.rollback()
    sent = sa.select(sa.func.count()).where(MessageDelivery.state == Bringing.SENT)
    return db.session.scalar(sent) or 0
