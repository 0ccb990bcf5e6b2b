"""The residents' door: JSON under /api/v1 and the phone pages."""

from datetime import timedelta

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from miniprogram_api.ballots import ballots
from miniprogram_api.ballots.proxies import proxies
from miniprogram_api.binding import binding
from miniprogram_api.communities import communities
from miniprogram_api.evaluations import evaluations
from miniprogram_api.management import management
from miniprogram_api.matters import matters
from miniprogram_api.messages import messages
from miniprogram_api.notices import notices
from miniprogram_api.open311 import open311
from miniprogram_api.openapi import describe_api
from miniprogram_api.pages.ballots import ballot_pages
from miniprogram_api.pages.ballots.proof import proof_pages
from miniprogram_api.pages.ballots.proxies import proxy_pages
from miniprogram_api.pages.binding import binding_pages
from miniprogram_api.pages.community import community
from miniprogram_api.pages.entrance import entrance
from miniprogram_api.pages.evaluations import evaluation_pages
from miniprogram_api.pages.front import front
from miniprogram_api.pages.home import home_pages
from miniprogram_api.pages.inbox import inbox_pages
from miniprogram_api.pages.management import management_pages
from miniprogram_api.pages.matters import matter_pages
from miniprogram_api.pages.notices import notice_pages
from miniprogram_api.pages.opendata import open_data
from miniprogram_api.pages.packages import package_pages
from miniprogram_api.pages.privacy import privacy
from miniprogram_api.pages.receipts import receipt_pages
from miniprogram_api.pages.schemes import scheme_pages
from miniprogram_api.pages.site import site_pages
from miniprogram_api.pages.surveys import survey_pages
from miniprogram_api.pages.tickets import ticket_pages
from miniprogram_api.pages.wechat import wechat_pages
from miniprogram_api.pages.works import works
from miniprogram_api.receipts import receipts
from miniprogram_api.schemes import schemes
from miniprogram_api.session import SIGNED_IN_FOR
from miniprogram_api.surveys import surveys
from miniprogram_api.tickets import tickets
from miniprogram_api.wechat import wechat
from miniprogram_api.wechat.asking import is_in_wechat
from miniprogram_api.wechat.events import wechat_events
from miniprogram_api.wechat.handing_over import hand_over_pages
from miniprogram_api.wechat.permissions import permissions
from miniprogram_api.works import site

mobile = Blueprint("mobile", __name__, template_folder="templates")
mobile.register_blueprint(front)
for door in (
    ballots, proxies, proxy_pages, surveys, binding, receipts, notices, messages, entrance, privacy, home_pages, binding_pages,
    ballot_pages, proof_pages, receipt_pages, notice_pages, inbox_pages, survey_pages, community,
    open_data, package_pages, works, schemes, scheme_pages, site, site_pages, tickets, ticket_pages,
    open311, management, management_pages, matters, matter_pages, evaluations, evaluation_pages, wechat,
    wechat_events, permissions, wechat_pages, hand_over_pages, communities,
):  # fmt: skip
    mobile.register_blueprint(door)
describe_api(mobile)


@mobile.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """The cookie lives as long as the longest sign-in; each door bounds its own inside it. Pages ask where they are open."""
    state.app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(seconds=SIGNED_IN_FOR)
    state.app.add_template_global(is_in_wechat, "in_wechat")
