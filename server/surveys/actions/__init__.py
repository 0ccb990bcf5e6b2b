"""All acts on surveys."""

from server.surveys.actions.answering import (
    Answering,
    check_claim,
    confirm_claimed,
    device_name,
    holder_of,
    submit_response,
)
from server.surveys.actions.answering_batch import Submitted, answer_in_batch
from server.surveys.actions.campaigns import start_campaign
from server.surveys.actions.correcting import (
    begin_correction,
    change_correction,
    correct_questions,
    drop_correction,
    finish_correction,
)
from server.surveys.actions.counting import fold_due, fold_survey, recompute_sums
from server.surveys.actions.drafting import (
    Heading,
    change_heading,
    change_questions,
    discard_survey,
    draft_survey,
)
from server.surveys.actions.exporting import (
    ask_for_export,
    claim_export,
    file_of,
    finish_export,
    note_progress,
    record_export,
    sweep_exports,
)
from server.surveys.actions.keeping import add_photo, save_draft
from server.surveys.actions.publishing import publish_results
from server.surveys.actions.quoting import quote_text
from server.surveys.actions.reviewing import review_late_form
from server.surveys.actions.running import close_survey, move_closing, open_survey
from server.surveys.actions.withdrawing import withdraw_private
from server.surveys.rules.words import SLIP_HOLDER

__all__ = [
    "SLIP_HOLDER",
    "Answering",
    "Heading",
    "Submitted",
    "add_photo",
    "answer_in_batch",
    "ask_for_export",
    "begin_correction",
    "change_correction",
    "change_heading",
    "change_questions",
    "check_claim",
    "claim_export",
    "close_survey",
    "confirm_claimed",
    "correct_questions",
    "device_name",
    "discard_survey",
    "draft_survey",
    "drop_correction",
    "file_of",
    "finish_correction",
    "finish_export",
    "fold_due",
    "fold_survey",
    "holder_of",
    "move_closing",
    "note_progress",
    "open_survey",
    "publish_results",
    "quote_text",
    "recompute_sums",
    "record_export",
    "review_late_form",
    "save_draft",
    "start_campaign",
    "submit_response",
    "sweep_exports",
    "withdraw_private",
]
