"""The list at the side of every page of the back office: what this person may open, and where they are."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import request, url_for

from admin.guard import holdings, holds
from admin.session import signed_in
from server.identity.rules import Permission
from server.ledger import queries as ledger


@dataclass(frozen=True)
class Entry:
    group: str
    label: str
    endpoint: str
    #: None: for everyone who is signed in.
    permission: Permission | None


#: Pages of one community; shown while the address names one. Each page of a concept adds its line here.
COMMUNITY_ENTRIES: tuple[Entry, ...] = (
    Entry("", "今天", "admin.home.community_today", Permission.SEE_COMMUNITY),
    Entry("", "小区到哪一步了", "admin.standing.standing_page", Permission.SEE_DECISION),
    Entry("台账", "小区资料", "admin.ledger.communities.show", Permission.SEE_LEDGER),
    Entry("台账", "房屋和业主", "admin.ledger.flats.list_flats", Permission.SEE_LEDGER),
    Entry("台账", "设施", "admin.ledger.facilities.list_facilities", Permission.SEE_LEDGER),
    Entry("住户", "扫码和核实", "admin.bindings.desk", Permission.CONFIRM_BINDING),
    Entry("住户", "二维码", "admin.codes.overview", Permission.PRINT_CODES),
    Entry("住户", "入户调查", "admin.surveys.list_surveys", Permission.SEE_SURVEYS),
    Entry("住户", "待看内容", "admin.moderation.list_items", Permission.MODERATE),
    Entry("投票", "投票", "admin.ballots.list_ballots", Permission.SEE_BALLOT),
    Entry("投票", "改造决定", "admin.decisions.list_decisions", Permission.SEE_DECISION),
    Entry("改造", "改造项目", "admin.projects.community_projects", Permission.SEE_PROJECTS),
    Entry("改造", "施工", "admin.works.overview", Permission.SEE_PROJECTS),
    Entry("改造", "居民出钱出力", "admin.contributions.list_pledges", Permission.SEE_CONTRIBUTIONS),
    Entry("改造", "改造评价", "admin.evaluations.list_rounds", Permission.SEE_EVALUATIONS),
    Entry("物业", "工单", "admin.tickets.community_tickets", Permission.SEE_TICKETS),
    Entry("物业", "谁管小区", "admin.management.community_page", Permission.SEE_MANAGEMENT),
    Entry("议事", "大家提的事", "admin.matters.list_matters", Permission.SEE_MATTERS),
    Entry("议事", "议事会", "admin.matters.list_meetings", Permission.SEE_MATTERS),
    Entry("议事", "定下来的事", "admin.matters.list_resolutions", Permission.SEE_MATTERS),
    Entry("方案", "改造方案", "admin.schemes.tree_page", Permission.SEE_SCHEME),
    Entry("方案", "图纸", "admin.drawings.list_drawings", Permission.SEE_SCHEME),
    Entry("方案", "加装电梯", "admin.lifts.list_cases", Permission.SEE_LIFT),
    Entry("投票", "文书", "admin.papers.list_papers", Permission.SEE_DECISION),
    Entry("告知", "公示和公告", "admin.notices.list_notices", Permission.SEE_NOTICES),
    Entry("告知", "告知住户", "admin.messages.told_page", Permission.SEE_MESSAGES),
    Entry("告知", "微信消息", "admin.deliveries.list_deliveries", Permission.SEE_MESSAGES),
    Entry("改造", "在哪个库", "admin.plans.community_pool", Permission.SEE_PLANS),
    Entry("告知", "这里能改什么", "admin.catalogue.community_list", Permission.SEE_CATALOGUE),
)
#: Pages above communities.
OFFICE_ENTRIES: tuple[Entry, ...] = (
    Entry("管理", "我的小区", "admin.home.first_page", None),
    Entry("管理", "消息", "admin.messages.inbox_page", None),
    Entry("管理", "上门", "admin.field.shell", Permission.ENTER_RESPONSES),
    Entry("管理", "汇总和报表", "admin.reports.first_overview", Permission.SEE_REPORTS),
    Entry("管理", "小区台账", "admin.ledger.listing.list_communities", Permission.SEE_LEDGER),
    Entry("管理", "导入台账", "admin.ledger.imports.list_imports", Permission.IMPORT_LEDGER),
    Entry("管理", "多小区问卷", "admin.campaigns.list_campaigns", Permission.START_CAMPAIGN),
    Entry("项目", "所有项目", "admin.projects.list_projects", Permission.SEE_PROJECTS),
    Entry("项目", "开工进度", "admin.starts.year_page", Permission.SEE_PROJECTS),
    Entry("项目", "单位评分", "admin.scorecards.first_cards", Permission.SEE_REPORTS),
    Entry("物业总览", "所有工单", "admin.tickets.list_tickets", Permission.SEE_TICKETS),
    Entry("物业总览", "巡查", "admin.field.tour_shell", Permission.ENTER_TICKET),
    Entry("物业总览", "改完谁来管", "admin.management.coverage_page", Permission.SEE_MANAGEMENT),
    Entry("物业总览", "物业公司", "admin.management.list_companies", Permission.SEE_MANAGEMENT),
    Entry("管理", "工作人员", "admin.people.list_staff", Permission.SEE_STAFF),
    Entry("管理", "操作记录", "admin.audit.list_entries", Permission.SEE_AUDIT),
    Entry("计划", "年度计划", "admin.plans.list_plans", Permission.SEE_PLANS),
    Entry("计划", "计划调整", "admin.plans.list_changes", Permission.SEE_PLANS),
    Entry("计划", "三个库", "admin.plans.list_pools", Permission.SEE_PLANS),
    Entry("计划", "总体规划", "admin.plans.master_page", Permission.SEE_PLANS),
    Entry("计划", "试点", "admin.plans.list_pilots", Permission.SEE_PLANS),
    Entry("规矩", "设置", "admin.policies.my_settings", Permission.SEE_POLICIES),
    Entry("规矩", "节假日", "admin.policies.show_holidays", Permission.SEE_POLICIES),
    Entry("规矩", "改造清单", "admin.catalogue.list_versions", Permission.SEE_CATALOGUE),
    Entry("规矩", "文书模板", "admin.templates.my_templates", Permission.SEE_TEMPLATES),
    Entry("规矩", "报修接口密钥", "admin.open311.list_keys", Permission.KEEP_OPEN311),
    Entry("规矩", "行政区划", "admin.divisions.list_divisions", Permission.SEE_COMMUNITY),
    Entry("管理", "我的账号", "admin.account.my_account", None),
)


def office_context() -> dict[str, Any]:
    """`who`, `where` and `nav` of web/office.html, for every template of the back office."""
    staff = signed_in()
    if staff is None:
        return {}
    community_id = (request.view_args or {}).get("community_id")
    community = ledger.community(community_id) if community_id is not None else None
    groups = _groups(OFFICE_ENTRIES, None)
    if community is not None:
        own = _groups(COMMUNITY_ENTRIES, community.id)
        groups = [*own, groups[0] | {"apart": True}, *groups[1:]]
    role = staff.grants[0].role.name_zh if staff.grants else "还没有岗位"
    return {
        "who": {"name": staff.name, "role": role, "out": url_for("admin.account.sign_out")},
        "where": community.name if community is not None else "",
        "nav": groups,
        "holds": lambda name, community=None: holds(Permission(name), community),
    }


@lru_cache(maxsize=20_000)
def _address(_mounted_at: str, endpoint: str, community_id: int | None) -> str:
    """Made once: sixty of them stand on every page."""
    return url_for(endpoint) if community_id is None else url_for(endpoint, community_id=community_id)


def _groups(entries: tuple[Entry, ...], community_id: int | None) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    # A page of one community marks none of the pages above it, although its address begins with theirs.
    is_here = ("community_id" in (request.view_args or {})) == (community_id is not None)
    holds_here = holdings(community_id)
    for entry in entries:
        if entry.permission is not None and not holds_here(entry.permission):
            continue
        href = _address(request.script_root, entry.endpoint, community_id)
        is_same = request.blueprint == entry.endpoint.rpartition(".")[0] and request.path.startswith(href)
        groups.setdefault(entry.group, []).append(
            {"label": entry.label, "href": href, "current": is_here and is_same}
        )
    return [
        {"label": label, "items": items, "open": any(item["current"] for item in items)}
        for label, items in groups.items()
    ]
