"""The built mini program before a real house: every call it makes is answered by the API itself, and does what it should."""

import io
import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from server.ballots.models import LogEntry
from server.infra.db import db
from server.surveys.models import SurveyResponse
from server.tickets.models import Ticket
from tests.factories.ballots import VOTING, make_opened
from tests.factories.identity import slip_of
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.projects import a_picture
from tests.factories.surveys import make_open_survey, question
from tools import miniprogram

HERE = Path(__file__).parent / "simulated"
AWAY = {"status": 503, "code": "wechat_away", "detail": "微信没有应答。"}
FORM = {
    "sections": [
        {
            "key": "s1",
            "title": "你家",
            "questions": [question("agree", "stance", required=True), question("pic", "photo")],
        },
        {
            "key": "s2",
            "title": "为什么",
            "show_if": ["=", ["ref", "agree"], ["str", "disagree"]],
            "questions": [question("why", "text", title="哪里不满意")],
        },
    ],
    "thanks": "谢谢，居委会会看。",
}

pytestmark = pytest.mark.deep


@pytest.fixture
def evening(tmp_path):
    """Starts the resident's evening; the house answers a line at a time, with WeChat's servers away."""
    assert miniprogram.build(tmp_path, house="http://localhost", appid="") == 0
    environment = {
        **os.environ,
        "MINIPROGRAM_BUILT": str(tmp_path),
        "MINIPROGRAM_HOUSE": "pipe",
        "NODE_PATH": str(miniprogram.ROOT / "node_modules"),
    }

    def run(client, **who: str):
        command = ["node", str(HERE / "evening.js"), json.dumps(who)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=environment, **pipes) as running:
            for line in running.stdout:
                told = json.loads(line)
                if "said" in told:
                    assert "fault" not in told, told
                    return told["said"]
                running.stdin.write(json.dumps(answered(client, told)) + "\n")
                running.stdin.flush()
        raise AssertionError("it ended without a word")

    return run


def answered(client, told):
    address = urlsplit(told["url"])
    if address.path == "/api/v1/sessions/wechat":
        return {"statusCode": 503, "data": json.dumps(AWAY)}
    sent = {"data": told.get("data")}
    if "formData" in told:
        sent = {
            "data": {**told["formData"], "photo": (io.BytesIO(a_picture()), "a.jpg")},
            "content_type": "multipart/form-data",
        }
    answer = client.open(
        f"{address.path}?{address.query}", method=told["method"], headers=told["header"], **sent
    )
    return {"statusCode": answer.status_code, "data": answer.text}


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_resident_comes_in_votes_answers_and_reports(evening, app, client, clock):
    community = make_community()
    flat = make_flat(community, room="501")
    make_owner(flat, name="张三", phone="13800001234")
    make_opened(community, title="加装电梯")
    make_open_survey(community, FORM, title="你家想改什么", closes_at=VOTING.replace(month=4))
    clock.set(VOTING)
    votes = count(LogEntry)

    said = evening(client, slip=slip_of(flat).code, name="张三", tail="1234")

    assert "501" in said["notice"]
    assert "还能试" in said["wrong"]
    assert all(part in said["home"] for part in ("加装电梯", "你家想改什么", "业主，可以投票"))
    assert "每个单元装一部。" in said["vote"]
    assert "加装电梯" in said["receipt"]
    assert len(said["code"]) == 12
    assert "哪里不满意" in said["second"]
    assert "谢谢，居委会会看。" in said["thanks"]
    assert "报上去了" in said["report"]
    assert "你家投过了" in said["after"]
    assert "你家还没填" not in said["after"]
    browser = app.test_client()
    assert browser.get(said["address"].removeprefix("http://localhost")).location == "/tickets"
    assert browser.get("/tickets").status_code == 200
    assert (count(LogEntry) - votes, count(SurveyResponse), count(Ticket)) == (1, 1, 1)
