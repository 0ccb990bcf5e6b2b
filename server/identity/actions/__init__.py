"""All that identity does: accounts, second factor, roles; bindings, what the committee decides of them; codes, tokens."""

from server.identity.actions.accounts import (
    SignIn,
    change_password,
    check_password,
    create_staff,
    disable_staff,
    enable_staff,
    record_sign_in,
    reset_password,
)
from server.identity.actions.batches import Claimed, enter_in_batch, prove_in_batch
from server.identity.actions.binding import (
    Proof,
    accept_privacy,
    enter_as_agent,
    enter_by_slip,
    prove_owner,
    resident_actor,
    withdraw_binding,
    withdraw_consent,
)
from server.identity.actions.codes import (
    issue_place_codes,
    issue_slips,
    note_printing,
    replace_place_code,
    replace_slip,
)
from server.identity.actions.confirming import (
    ask_committee,
    confirm_request,
    decide_dispute,
    dispute_binding,
    refuse_request,
)
from server.identity.actions.forgetting import let_wechat_go
from server.identity.actions.grants import grant_role, revoke_role
from server.identity.actions.handing_over import hand_over, take_over
from server.identity.actions.second_factor import enrol_address, new_secret, switch_off, switch_on, use_code
from server.identity.actions.tokens import (
    close_session,
    open_session,
    open_token,
    open_wechat_session,
    wechat_session_before,
)
from server.identity.actions.wechat import bind_wechat, sign_in_by_wechat

__all__ = [
    "Claimed",
    "Proof",
    "SignIn",
    "accept_privacy",
    "ask_committee",
    "bind_wechat",
    "change_password",
    "check_password",
    "close_session",
    "confirm_request",
    "create_staff",
    "decide_dispute",
    "disable_staff",
    "dispute_binding",
    "enable_staff",
    "enrol_address",
    "enter_as_agent",
    "enter_by_slip",
    "enter_in_batch",
    "grant_role",
    "hand_over",
    "issue_place_codes",
    "issue_slips",
    "let_wechat_go",
    "new_secret",
    "note_printing",
    "open_session",
    "open_token",
    "open_wechat_session",
    "prove_in_batch",
    "prove_owner",
    "record_sign_in",
    "refuse_request",
    "replace_place_code",
    "replace_slip",
    "reset_password",
    "resident_actor",
    "revoke_role",
    "sign_in_by_wechat",
    "switch_off",
    "switch_on",
    "take_over",
    "use_code",
    "wechat_session_before",
    "withdraw_binding",
    "withdraw_consent",
]
