"""Every table in one import, for migrations and tests; from the lowest floor up."""

from server.attachments import models as attachments
from server.audit import models as audit
from server.ballots import models as ballots
from server.catalogue import models as catalogue
from server.contributions import models as contributions
from server.decisions import models as decisions
from server.divisions import models as divisions
from server.evaluations import models as evaluations
from server.identity import models as identity
from server.infra import clock, throttle
from server.infra.wechat import events as wechat_events
from server.infra.wechat import tokens as wechat_tokens
from server.ledger import models as ledger
from server.management import models as management
from server.matters import models as matters
from server.messages import models as messages
from server.moderation import models as moderation
from server.notices import models as notices
from server.open311 import models as open311
from server.plans import models as plans
from server.policies import models as policies
from server.projects import models as projects
from server.reports import models as reports
from server.surveys import models as surveys
from server.tickets import models as tickets
from server.visits import models as visits

__all__ = [
    "attachments",
    "audit",
    "ballots",
    "catalogue",
    "clock",
    "contributions",
    "decisions",
    "divisions",
    "evaluations",
    "identity",
    "ledger",
    "management",
    "matters",
    "messages",
    "moderation",
    "notices",
    "open311",
    "plans",
    "policies",
    "projects",
    "reports",
    "surveys",
    "throttle",
    "tickets",
    "visits",
    "wechat_events",
    "wechat_tokens",
]
