"""Acts on a decision: drafting, publishing a version, signing, declaring the vote void; on a community: its course."""

from server.decisions.actions.annulling import answer_annulment, enter_annulment
from server.decisions.actions.deciding import answer_course, seen, sign_course
from server.decisions.actions.drafting import draft_decision, edit_decision
from server.decisions.actions.ending import declare_void, sign_decision
from server.decisions.actions.papering import issue_paper, put_template
from server.decisions.actions.preliminary import post_preliminary, withdraw_preliminary
from server.decisions.actions.publishing import publish_decision, withdraw_decision

__all__ = [
    "answer_annulment",
    "answer_course",
    "declare_void",
    "draft_decision",
    "edit_decision",
    "enter_annulment",
    "issue_paper",
    "post_preliminary",
    "publish_decision",
    "put_template",
    "seen",
    "sign_course",
    "sign_decision",
    "withdraw_decision",
    "withdraw_preliminary",
]
