"""Words and colours of what a decision can be: each has its own, and none is without."""

from server.decisions.rules.outcome import Outcome
from server.decisions.rules.standing import Stage
from server.decisions.rules.voted import Footing


def test_each_outcome_has_its_colour():
    assert {outcome: outcome.tone for outcome in Outcome} == {
        Outcome.ADOPTED: "go",
        Outcome.BLOCKED: "wait",
        Outcome.REJECTED: "info",
        Outcome.NO_QUORUM: "wait",
        Outcome.NOT_COMPUTABLE: "wait",
        Outcome.VOID: "stop",
    }


def test_each_stage_of_a_decision_has_its_colour():
    assert {stage.value: stage.tone for stage in Stage} == {
        "draft": "quiet",
        "hanging": "info",
        "waiting": "wait",
        "final": "go",
        "void": "stop",
        "annulled": "stop",
    }


def test_each_footing_has_its_words():
    assert {footing: footing.name_zh for footing in Footing} == {
        Footing.COUNTED: "计完票，还没公示",
        Footing.HANGING: "公示了，还没签发",
        Footing.SIGNED: "已签发",
    }
