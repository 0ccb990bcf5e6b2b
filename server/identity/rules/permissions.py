"""Who may do what: one table. Where they may do it stands in their grants (see grants.py).

Enter is never review: what a clerk enters a reviewer looks at, and nobody holds both roles for one community. A paper is
keyed by two people, of whichever role, and settled by a third: another reviewer, or where the committee has no third person
somebody of the street. Offices read downward; they neither cast, alter nor suppress votes: whoever settles says which of two
readings the picture shows, and logs nothing that neither of the two had read. Property staff see no ballots. The operator of the
system has no business data. The auditor reads and changes nothing.
"""

from enum import StrEnum


class Role(StrEnum):
    """Staff roles. Residents have no role: what they may do follows from their bindings (see levels.py)."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    COMMITTEE_MEMBER = "committee_member"
    BUILDING_LEAD = "building_lead"
    INTERVIEWER = "interviewer"
    PROPERTY_CLERK = "property_clerk"
    PROPERTY_MANAGER = "property_manager"
    IMPLEMENTING_BODY = "implementing_body"
    STREET_OFFICER = "street_officer"
    COUNTY_OFFICER = "county_officer"
    CITY_OFFICER = "city_officer"
    PROVINCE_OFFICER = "province_officer"
    OPERATOR = "operator"
    AUDITOR = "auditor"

    @property
    def name_zh(self) -> str:
        return ROLE_NAMES[self]


ROLE_NAMES = {
    Role.CLERK: "居委会经办人",
    Role.REVIEWER: "居委会复核人",
    Role.COMMITTEE_MEMBER: "业委会（物管会）成员",
    Role.BUILDING_LEAD: "楼栋长、单元长",
    Role.INTERVIEWER: "网格员、志愿者",
    Role.PROPERTY_CLERK: "物业公司员工",
    Role.PROPERTY_MANAGER: "物业公司经理",
    Role.IMPLEMENTING_BODY: "改造实施主体",
    Role.STREET_OFFICER: "街道（乡镇）工作人员",
    Role.COUNTY_OFFICER: "县（市、区）工作人员",
    Role.CITY_OFFICER: "市（州）工作人员",
    Role.PROVINCE_OFFICER: "省工作人员",
    Role.OPERATOR: "系统运维",
    Role.AUDITOR: "审计（只读）",
}


class Permission(StrEnum):
    SEE_COMMUNITY = "see_community"
    SEE_LEDGER = "see_ledger"
    IMPORT_LEDGER = "import_ledger"
    EDIT_LEDGER = "edit_ledger"
    #: Show a name, phone or identity number in full, for a stated purpose.
    SEE_PERSONAL = "see_personal"
    EXPORT_LEDGER = "export_ledger"
    PRINT_CODES = "print_codes"
    CONFIRM_BINDING = "confirm_binding"
    SEE_STAFF = "see_staff"
    MANAGE_STAFF = "manage_staff"
    SEE_POLICIES = "see_policies"
    EDIT_POLICIES = "edit_policies"
    SEE_CATALOGUE = "see_catalogue"
    DRAFT_BALLOT = "draft_ballot"
    ANNOUNCE_BALLOT = "announce_ballot"
    OPEN_BALLOT = "open_ballot"
    SEE_BALLOT = "see_ballot"
    ENTER_PAPER = "enter_paper"
    #: Key a paper that came back, as one of two people; either must be another person.
    KEY_PAPER = "key_paper"
    REVIEW_PAPER = "review_paper"
    #: Stand in as the third person, never of a paper one keyed: say which of two entries that differ is what stands on it,
    #: and call back the owners of the sample.
    SETTLE_PAPER = "settle_paper"
    #: Bring ballots to the doors and note what came of it; see who has not voted, never how anyone did.
    SERVE_BALLOT = "serve_ballot"
    #: Put an error of an open roll forward, note a sale with its paper; and, as another person, confirm it.
    CORRECT_ROLL = "correct_roll"
    CONFIRM_ROLL = "confirm_roll"
    COUNT_BALLOT = "count_ballot"
    #: Read a result with its exact areas also where few voted, and the area of one tells who it was.
    SEE_EXACT_RESULT = "see_exact_result"
    #: Take the witness bundle out, for a reason that is kept.
    EXPORT_BUNDLE = "export_bundle"
    SEE_DECISION = "see_decision"
    DRAFT_DECISION = "draft_decision"
    PUBLISH_DECISION = "publish_decision"
    FINALISE_DECISION = "finalise_decision"
    SEE_NOTICES = "see_notices"
    POST_NOTICE = "post_notice"
    ANSWER_OBJECTION = "answer_objection"
    SEE_SURVEYS = "see_surveys"
    #: Make a survey, open it, move its closing, correct its questions.
    RUN_SURVEY = "run_survey"
    #: Go from door to door, and key in paper forms.
    ENTER_RESPONSES = "enter_responses"
    #: Look at paper forms that another person keyed after the closing.
    REVIEW_RESPONSES = "review_responses"
    #: Read single answers: the free text, and exports with a row for each household.
    SEE_RESPONSES = "see_responses"
    START_CAMPAIGN = "start_campaign"
    SEE_AUDIT = "see_audit"
    SEE_MESSAGES = "see_messages"
    #: Have messages sent again that WeChat did not take.
    RESEND_MESSAGES = "resend_messages"
    SEE_PROJECTS = "see_projects"
    #: Set projects up and plan their starts by month.
    PLAN_PROJECTS = "plan_projects"
    #: Enter acts of the works, steps of preparation, money and illegal structures.
    RECORD_PROJECTS = "record_projects"
    #: Confirm what another person entered.
    CONFIRM_PROJECTS = "confirm_projects"
    #: For the residents' side of the works: name supervisors, set quiet days, raise points and look whether they are right.
    CHECK_WORKS = "check_works"
    #: Read who promised what of their own accord; enter what was given and used; confirm what another entered.
    SEE_CONTRIBUTIONS = "see_contributions"
    RECORD_CONTRIBUTIONS = "record_contributions"
    CONFIRM_CONTRIBUTIONS = "confirm_contributions"
    #: Look down on one's own subtree: rolled-up figures, returns, bulletins.
    SEE_REPORTS = "see_reports"
    #: Correct the figures of one's own office for a reason, and hand its monthly return up.
    FILE_REPORT = "file_report"
    #: Accept or return the monthly returns of the offices right below.
    REVIEW_REPORT = "review_report"
    #: Write a bulletin and send it to the offices below.
    SEND_BULLETIN = "send_bulletin"
    #: Take sheets out, down to a row for each household without any personal value.
    EXPORT_STATISTICS = "export_statistics"
    #: Pools, the master plan, annual plans with their changes, pilots.
    SEE_PLANS = "see_plans"
    #: Move communities between pools, and set them into years of the master plan.
    KEEP_POOLS = "keep_pools"
    #: The county's side: draft and submit a plan, ask for a change of a frozen one.
    DRAFT_PLAN = "draft_plan"
    #: Record the formal document of one's own office, or return what was submitted.
    FREEZE_PLAN = "freeze_plan"
    #: The city's side of a change: the departments' signatures, the decision, the report to the province.
    DECIDE_PLAN_CHANGE = "decide_plan_change"
    KEEP_PILOTS = "keep_pilots"
    CHOOSE_PILOT = "choose_pilot"
    #: Draft the list of renovation contents of one's own place, record consent and filing, put it in force.
    EDIT_CATALOGUE = "edit_catalogue"
    SEE_SCHEME = "see_scheme"
    #: Write the scheme of a node and hand it in; enter a version of the drawing set.
    DRAFT_SCHEME = "draft_scheme"
    #: Take back what waits: whoever wrote it, or whoever should confirm it.
    WITHDRAW_SCHEME = "withdraw_scheme"
    #: Let a scheme or a drawing take effect.
    CONFIRM_SCHEME = "confirm_scheme"
    #: Read a lift's case, with what people said in it.
    SEE_LIFT = "see_lift"
    ENTER_LIFT = "enter_lift"
    #: Look at the papers that another person entered.
    CHECK_LIFT = "check_lift"
    #: Say what is to be done with a community; and, as another person, confirm it or return it.
    SIGN_COURSE = "sign_course"
    CONFIRM_COURSE = "confirm_course"
    #: Give out a paper with a code that can be checked.
    ISSUE_PAPER = "issue_paper"
    SEE_TEMPLATES = "see_templates"
    #: Put an office's own paper template in place of ours.
    EDIT_TEMPLATES = "edit_templates"
    #: Look at what others will read, before they do.
    MODERATE = "moderate"
    #: Tickets of what goes wrong, and how they are seen to.
    SEE_TICKETS = "see_tickets"
    #: Report on a round, by telephone or for somebody.
    ENTER_TICKET = "enter_ticket"
    #: Accept, send somebody, mend, answer.
    WORK_TICKET = "work_ticket"
    #: Say whether a clock may stand; whoever asked never does.
    REVIEW_SUSPENSION = "review_suspension"
    #: Ask residents by telephone whether it was solved, and record what they say. Never the company.
    CALL_BACK_TICKET = "call_back_ticket"
    #: Give out and revoke keys of other platforms that report here.
    KEEP_OPEN311 = "keep_open311"
    #: Read which rounds of judging there are, and the results of those that are over as the public reads them.
    SEE_EVALUATIONS = "see_evaluations"
    #: Read those results with the small counts in them: not for whoever is judged.
    SEE_EVALUATION_FIGURES = "see_evaluation_figures"
    #: Key in the paper of a household that asks for it. Nobody on the staff changes an answer.
    ENTER_EVALUATIONS = "enter_evaluations"
    #: Look at papers that another person keyed in.
    REVIEW_EVALUATIONS = "review_evaluations"
    #: Who looks after a community, its accounts, its handover, the watch for falling back.
    SEE_MANAGEMENT = "see_management"
    REGISTER_COMPANY = "register_company"
    #: Record contracts, how they end, fees and where to complain.
    KEEP_MANAGEMENT = "keep_management"
    RECORD_HANDOVER = "record_handover"
    #: Enter public income and maintenance fund, and take an entry back.
    ENTER_ACCOUNTS = "enter_accounts"
    #: Publish them to the owners.
    PUBLISH_ACCOUNTS = "publish_accounts"
    #: Hold a photo round some months after the completion.
    HOLD_WATCH = "hold_watch"
    #: What was raised in a community and may be read by others, its meetings and resolutions.
    SEE_MATTERS = "see_matters"
    RAISE_MATTER = "raise_matter"
    ANSWER_MATTER = "answer_matter"
    #: Merge matters and follow where they went; announce meetings, keep their minutes and resolutions.
    HOLD_MEETING = "hold_meeting"


_COMMITTEE = {Role.CLERK, Role.REVIEWER}
_HIGHER_OFFICES = {Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER}
_OFFICES = {Role.STREET_OFFICER, *_HIGHER_OFFICES}
_READERS = {*_OFFICES, Role.AUDITOR}
_PROPERTY = {Role.PROPERTY_CLERK, Role.PROPERTY_MANAGER}
_HELPERS = {Role.BUILDING_LEAD, Role.INTERVIEWER, Role.IMPLEMENTING_BODY}

ALLOWED: dict[Permission, frozenset[Role]] = {
    permission: frozenset(roles)
    for permission, roles in {
        Permission.SEE_COMMUNITY: {*_COMMITTEE, Role.COMMITTEE_MEMBER, *_READERS, *_PROPERTY, *_HELPERS},
        Permission.SEE_LEDGER: {*_COMMITTEE, *_READERS},
        Permission.IMPORT_LEDGER: {Role.CLERK, Role.STREET_OFFICER, Role.COUNTY_OFFICER},
        Permission.EDIT_LEDGER: {Role.CLERK},
        Permission.SEE_PERSONAL: _COMMITTEE,
        Permission.EXPORT_LEDGER: {*_COMMITTEE, Role.STREET_OFFICER, Role.COUNTY_OFFICER},
        Permission.PRINT_CODES: _COMMITTEE,
        Permission.CONFIRM_BINDING: _COMMITTEE,
        Permission.SEE_STAFF: {*_READERS, Role.OPERATOR},
        Permission.MANAGE_STAFF: {*_OFFICES, Role.OPERATOR},
        Permission.SEE_POLICIES: {*_COMMITTEE, *_READERS},
        Permission.EDIT_POLICIES: _HIGHER_OFFICES,
        Permission.SEE_CATALOGUE: {*_COMMITTEE, Role.COMMITTEE_MEMBER, *_READERS, *_HELPERS},
        Permission.DRAFT_BALLOT: {Role.CLERK, Role.COMMITTEE_MEMBER},
        Permission.ANNOUNCE_BALLOT: _COMMITTEE,
        Permission.OPEN_BALLOT: _COMMITTEE,
        Permission.SEE_BALLOT: {*_COMMITTEE, Role.COMMITTEE_MEMBER, *_READERS},
        Permission.ENTER_PAPER: {Role.CLERK},
        Permission.KEY_PAPER: _COMMITTEE,
        Permission.REVIEW_PAPER: {Role.REVIEWER},
        Permission.SETTLE_PAPER: {Role.REVIEWER, Role.STREET_OFFICER},
        Permission.SERVE_BALLOT: {*_COMMITTEE, Role.BUILDING_LEAD},
        Permission.CORRECT_ROLL: {Role.CLERK},
        Permission.CONFIRM_ROLL: {Role.REVIEWER},
        Permission.COUNT_BALLOT: _COMMITTEE,
        Permission.SEE_EXACT_RESULT: {*_COMMITTEE, Role.AUDITOR},
        Permission.EXPORT_BUNDLE: {Role.REVIEWER, Role.STREET_OFFICER, Role.AUDITOR},
        Permission.SEE_DECISION: {*_COMMITTEE, Role.COMMITTEE_MEMBER, *_READERS, Role.IMPLEMENTING_BODY},
        Permission.DRAFT_DECISION: {Role.CLERK},
        Permission.PUBLISH_DECISION: _COMMITTEE,
        Permission.FINALISE_DECISION: {Role.REVIEWER},
        Permission.SEE_NOTICES: {*_COMMITTEE, Role.COMMITTEE_MEMBER, *_READERS, *_PROPERTY, *_HELPERS},
        Permission.POST_NOTICE: _COMMITTEE,
        Permission.ANSWER_OBJECTION: _COMMITTEE,
        Permission.SEE_SURVEYS: {
            *_COMMITTEE,
            Role.COMMITTEE_MEMBER,
            *_READERS,
            Role.INTERVIEWER,
            Role.BUILDING_LEAD,
        },
        Permission.RUN_SURVEY: {*_COMMITTEE, Role.COMMITTEE_MEMBER},
        Permission.ENTER_RESPONSES: {Role.CLERK, Role.INTERVIEWER, Role.BUILDING_LEAD},
        Permission.REVIEW_RESPONSES: {Role.REVIEWER},
        Permission.SEE_RESPONSES: {*_COMMITTEE, Role.AUDITOR},
        Permission.START_CAMPAIGN: {Role.COUNTY_OFFICER, Role.CITY_OFFICER},
        Permission.SEE_AUDIT: {Role.REVIEWER, *_READERS},
        Permission.SEE_MESSAGES: {*_COMMITTEE, *_READERS},
        Permission.RESEND_MESSAGES: _COMMITTEE,
        Permission.SEE_PROJECTS: {*_COMMITTEE, Role.COMMITTEE_MEMBER, *_READERS, Role.IMPLEMENTING_BODY},
        Permission.PLAN_PROJECTS: {Role.COUNTY_OFFICER},
        Permission.RECORD_PROJECTS: {Role.IMPLEMENTING_BODY, Role.CLERK, Role.COUNTY_OFFICER},
        Permission.CONFIRM_PROJECTS: {Role.REVIEWER, Role.STREET_OFFICER, Role.COUNTY_OFFICER},
        Permission.CHECK_WORKS: {*_COMMITTEE, Role.COMMITTEE_MEMBER, Role.STREET_OFFICER},
        Permission.SEE_CONTRIBUTIONS: _COMMITTEE,
        Permission.RECORD_CONTRIBUTIONS: {Role.CLERK},
        Permission.CONFIRM_CONTRIBUTIONS: {Role.REVIEWER},
        Permission.SEE_REPORTS: _READERS,
        Permission.FILE_REPORT: {Role.COUNTY_OFFICER, Role.CITY_OFFICER},
        Permission.REVIEW_REPORT: {Role.CITY_OFFICER, Role.PROVINCE_OFFICER},
        Permission.SEND_BULLETIN: _HIGHER_OFFICES,
        Permission.EXPORT_STATISTICS: _OFFICES,
        Permission.SEE_PLANS: {*_HIGHER_OFFICES, Role.AUDITOR},
        Permission.KEEP_POOLS: {Role.COUNTY_OFFICER, Role.CITY_OFFICER},
        Permission.DRAFT_PLAN: {Role.COUNTY_OFFICER},
        Permission.FREEZE_PLAN: _HIGHER_OFFICES,
        Permission.DECIDE_PLAN_CHANGE: {Role.CITY_OFFICER},
        Permission.KEEP_PILOTS: {Role.COUNTY_OFFICER, Role.CITY_OFFICER},
        Permission.CHOOSE_PILOT: {Role.CITY_OFFICER},
        Permission.EDIT_CATALOGUE: _HIGHER_OFFICES,
        Permission.SEE_SCHEME: {*_COMMITTEE, Role.COMMITTEE_MEMBER, *_READERS, Role.IMPLEMENTING_BODY},
        Permission.DRAFT_SCHEME: {Role.CLERK},
        Permission.WITHDRAW_SCHEME: _COMMITTEE,
        Permission.CONFIRM_SCHEME: {Role.REVIEWER},
        Permission.SEE_LIFT: {*_COMMITTEE, *_READERS},
        Permission.ENTER_LIFT: {Role.CLERK},
        Permission.CHECK_LIFT: {Role.REVIEWER},
        Permission.SIGN_COURSE: {Role.CLERK, Role.COMMITTEE_MEMBER},
        Permission.CONFIRM_COURSE: {Role.REVIEWER, Role.STREET_OFFICER, Role.COUNTY_OFFICER},
        Permission.ISSUE_PAPER: _COMMITTEE,
        Permission.SEE_TEMPLATES: {*_COMMITTEE, *_READERS},
        Permission.EDIT_TEMPLATES: _HIGHER_OFFICES,
        Permission.MODERATE: {*_COMMITTEE, Role.STREET_OFFICER},
        Permission.SEE_EVALUATIONS: {
            *_COMMITTEE,
            Role.COMMITTEE_MEMBER,
            *_READERS,
            *_PROPERTY,
            Role.IMPLEMENTING_BODY,
        },
        Permission.SEE_MANAGEMENT: {
            *_COMMITTEE,
            Role.COMMITTEE_MEMBER,
            *_READERS,
            *_PROPERTY,
            Role.IMPLEMENTING_BODY,
        },
        Permission.SEE_EVALUATION_FIGURES: {*_COMMITTEE, *_READERS},
        Permission.ENTER_EVALUATIONS: {Role.CLERK},
        Permission.REVIEW_EVALUATIONS: {Role.REVIEWER},
        Permission.REGISTER_COMPANY: {Role.CLERK, Role.STREET_OFFICER, Role.COUNTY_OFFICER},
        Permission.KEEP_MANAGEMENT: {Role.CLERK, Role.COMMITTEE_MEMBER},
        Permission.RECORD_HANDOVER: {Role.CLERK, Role.PROPERTY_MANAGER, Role.IMPLEMENTING_BODY},
        Permission.ENTER_ACCOUNTS: {Role.CLERK, Role.COMMITTEE_MEMBER, *_PROPERTY},
        Permission.PUBLISH_ACCOUNTS: {Role.CLERK, Role.COMMITTEE_MEMBER, Role.PROPERTY_MANAGER},
        Permission.SEE_MATTERS: {
            *_COMMITTEE,
            Role.COMMITTEE_MEMBER,
            *_READERS,
            *_PROPERTY,
            Role.BUILDING_LEAD,
        },
        Permission.SEE_TICKETS: {
            *_COMMITTEE,
            Role.COMMITTEE_MEMBER,
            *_READERS,
            *_PROPERTY,
            Role.BUILDING_LEAD,
            Role.IMPLEMENTING_BODY,
        },
        Permission.ENTER_TICKET: {
            *_COMMITTEE,
            Role.COMMITTEE_MEMBER,
            *_PROPERTY,
            Role.BUILDING_LEAD,
            Role.INTERVIEWER,
        },
        Permission.WORK_TICKET: {Role.CLERK, *_PROPERTY, Role.IMPLEMENTING_BODY},
        Permission.REVIEW_SUSPENSION: {Role.REVIEWER, Role.STREET_OFFICER},
        Permission.CALL_BACK_TICKET: _COMMITTEE,
        Permission.KEEP_OPEN311: {Role.COUNTY_OFFICER, Role.CITY_OFFICER},
        Permission.RAISE_MATTER: {Role.CLERK, Role.COMMITTEE_MEMBER, *_PROPERTY},
        Permission.ANSWER_MATTER: {*_COMMITTEE, Role.COMMITTEE_MEMBER, Role.PROPERTY_MANAGER},
        Permission.HOLD_MEETING: {Role.CLERK, Role.COMMITTEE_MEMBER},
        Permission.HOLD_WATCH: {Role.CLERK, Role.COMMITTEE_MEMBER, Role.STREET_OFFICER},
    }.items()
}

#: Two roles that one person never holds for one community: whoever enters does not review.
NEVER_TOGETHER: tuple[frozenset[Role], ...] = (
    frozenset({Role.CLERK, Role.REVIEWER}),
    *(frozenset({one, other}) for one in sorted(_COMMITTEE) for other in sorted(_PROPERTY)),
)

_OF_COMMITTEE = {Role.CLERK, Role.REVIEWER, Role.COMMITTEE_MEMBER, Role.BUILDING_LEAD, Role.INTERVIEWER}
_ON_SITE = {*_OF_COMMITTEE, *_PROPERTY, Role.IMPLEMENTING_BODY}

#: Which roles a holder of a role may hand out, inside their own reach. Each level names the next ones below it.
GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.STREET_OFFICER: frozenset(_ON_SITE),
    Role.COUNTY_OFFICER: frozenset({*_ON_SITE, Role.STREET_OFFICER, Role.AUDITOR}),
    Role.CITY_OFFICER: frozenset({Role.COUNTY_OFFICER, Role.STREET_OFFICER, Role.AUDITOR}),
    Role.PROVINCE_OFFICER: frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.AUDITOR}),
    Role.OPERATOR: frozenset({Role.OPERATOR, *_OFFICES, Role.AUDITOR}),
}
