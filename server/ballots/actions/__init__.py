"""All writes of the ballots, each a verb: drafting, announcing, opening, casting, the desk, the review, the end."""

from server.ballots.actions.agents import (
    Granted,
    cast_by_proxy,
    claim_proxy,
    grant_proxy,
    issue_proxy_code,
)
from server.ballots.actions.announcing import announce_ballot, withdraw_announcement
from server.ballots.actions.casting import Receipt, cast_vote
from server.ballots.actions.casting_batch import Cast, cast_in_batch
from server.ballots.actions.checkpoints import closing_checkpoint, take_checkpoint, take_due
from server.ballots.actions.closing import count_ballot, count_due, disclose, extend_closing
from server.ballots.actions.correcting import answer_correction, propose_correction
from server.ballots.actions.desk import enter_assisted, issue_papers, spoil_paper
from server.ballots.actions.drafting import Draft, change_draft, discard_draft, draft_ballot, draft_of
from server.ballots.actions.keying import (
    Came,
    Outcome,
    confirm_papers,
    explain_papers,
    key_paper,
    look_at_entries,
    settle_paper,
    take_in_paper,
)
from server.ballots.actions.opening import open_ballot, open_due
from server.ballots.actions.proxies import enter_by_proxy, register_proxy, revoke_proxy
from server.ballots.actions.reminding import remind_due
from server.ballots.actions.repeating import repeat_ballot
from server.ballots.actions.review import ReviewOutcome, flag_vote, look_at_photo, review_vote
from server.ballots.actions.sampling import record_call_back
from server.ballots.actions.selling import answer_sale, note_sale, telling_of_sales
from server.ballots.actions.service import log_services, record_attempt, record_attempts, serve_due
from server.ballots.actions.turnout import recompute_turnout

__all__ = [
    "Came",
    "Cast",
    "Draft",
    "Granted",
    "Outcome",
    "Receipt",
    "ReviewOutcome",
    "announce_ballot",
    "answer_correction",
    "answer_sale",
    "cast_by_proxy",
    "cast_in_batch",
    "cast_vote",
    "change_draft",
    "claim_proxy",
    "closing_checkpoint",
    "confirm_papers",
    "count_ballot",
    "count_due",
    "discard_draft",
    "disclose",
    "draft_ballot",
    "draft_of",
    "enter_assisted",
    "enter_by_proxy",
    "explain_papers",
    "extend_closing",
    "flag_vote",
    "grant_proxy",
    "issue_papers",
    "issue_proxy_code",
    "key_paper",
    "log_services",
    "look_at_entries",
    "look_at_photo",
    "note_sale",
    "open_ballot",
    "open_due",
    "propose_correction",
    "recompute_turnout",
    "record_attempt",
    "record_attempts",
    "record_call_back",
    "register_proxy",
    "remind_due",
    "repeat_ballot",
    "review_vote",
    "revoke_proxy",
    "serve_due",
    "settle_paper",
    "spoil_paper",
    "take_checkpoint",
    "take_due",
    "take_in_paper",
    "telling_of_sales",
    "withdraw_announcement",
]
