"""The staff's door: pages and downloads under /admin/."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from admin.account import account
from admin.audit import audit
from admin.ballots import ballots
from admin.bindings import bindings
from admin.campaigns import campaigns
from admin.catalogue import catalogue
from admin.codes import codes
from admin.contributions import contributions
from admin.decisions import annulments, decisions, papers, preliminary, standing, templates
from admin.deliveries import deliveries
from admin.desk import desk
from admin.divisions import divisions
from admin.evaluations import evaluations, scorecards
from admin.field import field
from admin.home import home
from admin.ledger import ledger
from admin.management import management
from admin.matters import matters
from admin.menu import office_context
from admin.messages import messages
from admin.mini_codes import mini_codes
from admin.moderation import moderation
from admin.notices import notices
from admin.open311 import open311
from admin.people import people
from admin.plans import plans
from admin.policies import policies
from admin.projects import projects, starts, works
from admin.reports import reports
from admin.schemes import drawings, lifts, schemes
from admin.session import login
from admin.surveys import surveys
from admin.tickets import tickets

back_office = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")
back_office.context_processor(office_context)


@back_office.record_once
def _prepare(state: BlueprintSetupState) -> None:
    # No page of ours shows `current_user`; residents' pages would look for one of the staff each time they are drawn.
    login.init_app(state.app, add_context_processor=False)


# One line for each concept, in the order of the alphabet.
back_office.register_blueprint(account)
back_office.register_blueprint(audit)
back_office.register_blueprint(ballots)
back_office.register_blueprint(bindings)
back_office.register_blueprint(campaigns)
back_office.register_blueprint(catalogue)
back_office.register_blueprint(codes)
back_office.register_blueprint(contributions)
back_office.register_blueprint(decisions)
back_office.register_blueprint(preliminary)
back_office.register_blueprint(annulments)
back_office.register_blueprint(desk)
back_office.register_blueprint(divisions)
back_office.register_blueprint(drawings)
back_office.register_blueprint(evaluations)
back_office.register_blueprint(field)
back_office.register_blueprint(home)
back_office.register_blueprint(ledger)
back_office.register_blueprint(lifts)
back_office.register_blueprint(management)
back_office.register_blueprint(matters)
back_office.register_blueprint(messages)
back_office.register_blueprint(deliveries)
back_office.register_blueprint(mini_codes)
back_office.register_blueprint(moderation)
back_office.register_blueprint(notices)
back_office.register_blueprint(open311)
back_office.register_blueprint(papers)
back_office.register_blueprint(people)
back_office.register_blueprint(plans)
back_office.register_blueprint(policies)
back_office.register_blueprint(projects)
back_office.register_blueprint(starts)
back_office.register_blueprint(reports)
back_office.register_blueprint(schemes)
back_office.register_blueprint(scorecards)
back_office.register_blueprint(standing)
back_office.register_blueprint(surveys)
back_office.register_blueprint(templates)
back_office.register_blueprint(works)
back_office.register_blueprint(tickets)
