"""Every act that the house records has a name that people read."""

import re
from pathlib import Path

from admin.audit_words import VERBS

SERVER = Path(__file__).resolve().parents[2] / "server"
#: record(actor, "room.verb", …), _record(actor, "room.verb", …), wherever the call breaks its lines.
RECORDED = re.compile(r'record\(\s*[\w.()]+,\s*f?"([a-z]+\.[a-z_{}.]+)"')


def recorded() -> set[str]:
    found = {verb for path in SERVER.rglob("*.py") for verb in RECORDED.findall(path.read_text())}
    return {verb.replace("{channel.value}", kind) for verb in found for kind in ("paper", "assisted")}


def test_every_act_on_record_has_a_name():
    assert len(recorded()) > 50
    assert not {verb for verb in recorded() if "{" not in verb} - set(VERBS)


def test_no_name_is_for_an_act_that_there_is_not():
    written = "".join(path.read_text() for path in SERVER.rglob("*.py"))
    assert not [verb for verb in VERBS if f'"{verb}"' not in written and verb not in recorded()]
