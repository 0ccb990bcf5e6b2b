"""The mini program's API does all that the phone pages do: each page stands beside the calls that tell or do the same."""

import pytest
from apiflask import APIFlask

#: By the endpoint of the page: the calls that a client makes in its place, by their operationId.
BESIDE: dict[str, tuple[str, ...]] = {
    # Coming in, and whom one stands for.
    "entrance.slip_page": ("get_slip", "get_privacy_notice"),
    "entrance.enter": ("open_session", "add_binding"),
    "entrance.type_code": ("get_slip",),
    "entrance.place": ("get_scene",),
    "entrance.sign_out": ("close_session",),
    "privacy.notice": ("get_privacy_notice",),
    "privacy.withdraw": ("withdraw_consent",),
    "binding_pages.my_flats": ("list_bindings", "list_bindings_beside"),
    "binding_pages.my_flat": ("list_bindings", "list_bindings_beside"),
    "binding_pages.prove": ("prove_owner", "prove_by_phone"),
    "binding_pages.ask": ("ask_committee",),
    "binding_pages.dispute": ("dispute_binding",),
    "binding_pages.withdraw": ("withdraw_binding",),
    "wechat_pages.sign_in": ("open_wechat_session",),
    "wechat_pages.bind": ("open_wechat_session",),
    "wechat_pages.let_go": ("let_wechat_go",),
    "wechat_pages.bring": ("list_message_permissions", "allow_messages"),
    # What waits, and what was told.
    "home_pages.home": (
        "get_me", "list_ballots", "list_surveys", "list_evaluations", "list_tickets", "list_visits", "list_notices",
        "list_messages",
    ),
    "inbox_pages.inbox": ("list_messages",),
    "inbox_pages.open_message": ("read_message",),
    "inbox_pages.read": ("read_message",),
    "notice_pages.listing": ("list_notices",),
    "notice_pages.notice_page": ("get_notice",),
    "notice_pages.raise_objection": ("raise_objection",),
    # Surveys and votes.
    "survey_pages.listing": ("list_surveys",),
    "survey_pages.survey_page": ("get_survey",),
    "survey_pages.section_page": ("get_survey",),
    "survey_pages.save_section": ("save_survey_draft",),
    "survey_pages.confirm": ("answer_survey",),
    "survey_pages.done": ("get_survey",),
    "survey_pages.private_page": ("get_survey",),
    "survey_pages.withdraw": ("withdraw_private_answers",),
    "survey_pages.photo": ("send_survey_photo", "get_survey_photo"),
    "survey_pages.picture": ("get_survey_picture",),
    "ballot_pages.listing": ("list_ballots",),
    "ballot_pages.ballot_page": ("get_ballot", "get_turnout"),
    "ballot_pages.vote": ("cast_vote",),
    "ballot_pages.receipt_page": ("look_up_receipt",),
    "ballot_pages.result_page": ("get_result",),
    "receipt_pages.status": ("look_up_receipt",),
    "proof_pages.proof": ("list_checkpoints",),
    "proxy_pages.grants": ("list_own_proxies",),
    "proxy_pages.give": ("grant_proxy",),
    "proxy_pages.take_back": ("revoke_proxy",),
    "proxy_pages.held": ("list_proxies",),
    "proxy_pages.take": ("claim_proxy",),
    "proxy_pages.vote_page": ("list_proxies",),
    "proxy_pages.vote": ("cast_by_proxy",),
    # A community as everyone may read it.
    "community.public_page": ("get_community",),
    "community.decision_page": ("get_decision",),
    "community.verify": ("check_paper",),
    "scheme_pages.scheme_page": ("get_scheme",),
    "evaluation_pages.listing": ("get_community",),
    "evaluation_pages.result_page": ("get_evaluation_result",),
    "evaluation_pages.trace_page": ("get_community",),
    "evaluation_pages.own_trace_page": ("list_own_traces",),
    "evaluation_pages.judge": ("list_evaluations", "get_evaluation"),
    "evaluation_pages.give": ("give_evaluation",),
    "evaluation_pages.sent": ("get_evaluation",),
    "management_pages.management_page": ("get_management",),
    "management_pages.book_page": ("list_account_entries",),
    # The works.
    "works.works_page": ("get_works",),
    "site_pages.calendar_page": ("get_works",),
    "site_pages.hidden_page": ("list_hidden_works",),
    "site_pages.photo": ("get_works_photo",),
    "site_pages.visits_page": ("list_visits",),
    "site_pages.book": ("book_visit",),
    "site_pages.cancel": ("cancel_visit",),
    "site_pages.points_page": ("list_points",),
    "site_pages.point_page": ("get_point",),
    "site_pages.raise_point": ("raise_point",),
    "site_pages.look": ("look_at_point",),
    "site_pages.patrols_page": ("list_patrols",),
    "site_pages.walk": ("walk_patrol",),
    "site_pages.claims_page": ("list_claims",),
    "site_pages.make_claim": ("claim_damage",),
    "site_pages.money_page": ("get_funding", "list_pledges"),
    "site_pages.pledges_page": ("list_pledges",),
    "site_pages.make_pledge": ("make_pledge",),
    "site_pages.take_back": ("take_pledge_back",),
    # What is wrong, and what is raised.
    "ticket_pages.listing": ("list_tickets",),
    "ticket_pages.around": ("list_tickets", "list_similar_tickets"),
    "ticket_pages.send_ticket": ("send_ticket_photo", "report_ticket"),
    "ticket_pages.ticket_page": ("get_ticket",),
    "ticket_pages.photo": ("get_ticket_photo",),
    "ticket_pages.confirm": ("confirm_ticket",),
    "ticket_pages.join": ("join_ticket",),
    "ticket_pages.reopen": ("reopen_ticket",),
    "ticket_pages.withdraw": ("withdraw_ticket",),
    "matter_pages.listing": ("list_matters",),
    "matter_pages.matter_page": ("get_matter",),
    "matter_pages.create": ("raise_matter",),
    "matter_pages.photo": ("get_matter_photo",),
    "matter_pages.send_photo": ("add_matter_photo",),
    "matter_pages.support": ("support_matter",),
    "matter_pages.withdraw": ("support_matter",),
    "matter_pages.meeting_page": ("get_meeting",),
}  # fmt: skip

FORM = "an empty form: the client draws its own"
LOOK_AGAIN = "shows once more what was chosen; nothing is written"
BROWSER = "of the browser's own way into WeChat, or out of the mini program"
OPEN_FILE = "a file at an address that anyone opens, the same for programs"
#: Pages without a call of their own, each with why.
LEFT_OUT: dict[str, str] = {
    "front.front_page": "the way to everything else",
    "entrance.how_to_come_in": FORM,
    "privacy.withdraw_form": FORM,
    "privacy.withdrawn": "says that it is done",
    "binding_pages.prove_form": FORM,
    "binding_pages.ask_form": FORM,
    "binding_pages.dispute_form": FORM,
    "binding_pages.withdraw_form": FORM,
    "wechat_pages.come_back": BROWSER,
    "wechat_pages.script_config": BROWSER,
    "wechat_pages.picture": "for WeChat's servers alone, while they look at it",
    "hand_over_pages.take_over": BROWSER,
    "hand_over_pages.take_over_all_the_same": BROWSER,
    "notice_pages.come_in": "leads whoever came in by their slip back to the sheet",
    "survey_pages.type_room": "the way of the poster, for whoever has no slip; the poster's code opens this page",
    "ballot_pages.review": LOOK_AGAIN,
    "proxy_pages.review": LOOK_AGAIN,
    "receipt_pages.form": FORM,
    "community.verify_form": FORM,
    "proof_pages.how_to_check": "how programs outside the house check it",
    "proof_pages.past_checkpoint": OPEN_FILE,
    "proof_pages.chain_file": OPEN_FILE,
    "proof_pages.checkpoints_file": OPEN_FILE,
    "proof_pages.public_file": OPEN_FILE,
    "proof_pages.programs_file": OPEN_FILE,
    "open_data.overview": OPEN_FILE,
    "open_data.communities": OPEN_FILE,
    "open_data.fields": OPEN_FILE,
    "package_pages.play": "to play with: nothing is kept, and the page is the tool; the mini program opens it",
    "package_pages.see_picture": "stands on that page",
    "site_pages.new_point": FORM,
    "site_pages.new_patrol": FORM,
    "ticket_pages.new_ticket": FORM,
    "matter_pages.new_matter": FORM,
}


@pytest.fixture
def operations(client) -> set[str]:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    return {one["operationId"] for methods in paths.values() for one in methods.values()}


def pages(app: APIFlask) -> set[str]:
    """The residents' door without its programs' addresses."""
    return {
        rule.endpoint.removeprefix("mobile.")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("mobile.") and not rule.rule.startswith(("/api/", "/open311/"))
    }


def test_every_page_has_its_call_or_the_reason_why_it_has_none(app: APIFlask) -> None:
    assert pages(app) == BESIDE.keys() | LEFT_OUT.keys()
    assert BESIDE.keys() & LEFT_OUT.keys() == set()


def test_what_stands_beside_a_page_is_in_the_description(operations: set[str]) -> None:
    assert {name for names in BESIDE.values() for name in names} - operations == set()


def test_every_call_stands_beside_a_page_or_serves_the_client_itself(operations: set[str]) -> None:
    own = {"hand_over_session"}
    assert operations - {name for names in BESIDE.values() for name in names} - own == set()


def test_whatever_a_page_changes_has_a_call(app: APIFlask) -> None:
    changing = {
        rule.endpoint.removeprefix("mobile.")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.removeprefix("mobile.") in LEFT_OUT and "POST" in (rule.methods or ())
    }
    assert changing == {
        "ballot_pages.review", "proxy_pages.review", "survey_pages.type_room",
        "hand_over_pages.take_over_all_the_same",
    }  # fmt: skip
