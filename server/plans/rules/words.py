"""The words of plans, each with its Chinese name."""

from enum import StrEnum


class FundSource(StrEnum):
    """Where the money of a renovation comes from."""

    CENTRAL_SUBSIDY = "central_subsidy"
    CENTRAL_INVESTMENT = "central_investment"
    SPECIAL_BOND = "special_bond"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    RESIDENTS = "residents"
    COMMUNITY_FUNDS = "community_funds"
    MAINTENANCE_FUND = "maintenance_fund"
    COMMON_INCOME = "common_income"
    UTILITY = "utility"
    FORMER_OWNER = "former_owner"
    INVESTORS = "investors"
    LOAN = "loan"

    @property
    def name_zh(self) -> str:
        return SOURCE_NAMES[self]


SOURCE_NAMES = {
    FundSource.CENTRAL_SUBSIDY: "中央财政补助",
    FundSource.CENTRAL_INVESTMENT: "中央预算内投资",
    FundSource.SPECIAL_BOND: "地方政府专项债",
    FundSource.PROVINCE: "省级配套",
    FundSource.CITY: "市级配套",
    FundSource.COUNTY: "县级配套",
    FundSource.RESIDENTS: "居民出资",
    FundSource.COMMUNITY_FUNDS: "小区资金整合",
    FundSource.MAINTENANCE_FUND: "维修资金",
    FundSource.COMMON_INCOME: "公共收益",
    FundSource.UTILITY: "专营单位出资",
    FundSource.FORMER_OWNER: "原产权单位出资",
    FundSource.INVESTORS: "社会资本",
    FundSource.LOAN: "金融融资",
}


class PlanState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    FROZEN = "frozen"

    @property
    def name_zh(self) -> str:
        return {"draft": "正在编", "submitted": "已提交，等文件", "frozen": "已定，不再改"}[self.value]


class ChangeKind(StrEnum):
    WITHDRAW = "withdraw"
    REPLACE = "replace"
    FIGURES = "figures"

    @property
    def name_zh(self) -> str:
        return {"withdraw": "退出计划", "replace": "换成另一个小区", "figures": "改数据"}[self.value]


class Department(StrEnum):
    """The three departments of the city that look into a change."""

    HOUSING = "housing"
    REFORM = "reform"
    FINANCE = "finance"

    @property
    def name_zh(self) -> str:
        return {"housing": "住房城乡建设", "reform": "发展改革", "finance": "财政"}[self.value]


class Outcome(StrEnum):
    """What the city decides on a change."""

    AGREE = "agree"
    REJECT = "reject"
    RETURN = "return"

    @property
    def name_zh(self) -> str:
        return {"agree": "同意调整", "reject": "不同意", "return": "退回补充"}[self.value]


class StepKind(StrEnum):
    SUBMIT = "submit"
    SIGN = "sign"
    DECIDE = "decide"
    REPORT = "report"
    DROP = "drop"


class ChangeState(StrEnum):
    ENTERED = "entered"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    AGREED = "agreed"
    REPORTED = "reported"
    RETURNED = "returned"
    REJECTED = "rejected"
    DROPPED = "dropped"

    @property
    def name_zh(self) -> str:
        return CHANGE_STATES[self]

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self not in {ChangeState.REPORTED, ChangeState.REJECTED, ChangeState.DROPPED}


CHANGE_STATES = {
    ChangeState.ENTERED: "县里在写",
    ChangeState.SUBMITTED: "市级部门研判中",
    ChangeState.SIGNED: "三个部门都签了，等市里决定",
    ChangeState.AGREED: "市里同意，等书面报告省里",
    ChangeState.REPORTED: "已报告省里，已生效",
    ChangeState.RETURNED: "退回县里补充",
    ChangeState.REJECTED: "市里不同意，维持原计划",
    ChangeState.DROPPED: "县里撤回了",
}


class System(StrEnum):
    """The four systems a pilot should have whole after its renovation."""

    CULTURE = "culture"
    ENVIRONMENT = "environment"
    SERVICE = "service"
    GOVERNANCE = "governance"

    @property
    def name_zh(self) -> str:
        return {"culture": "文化", "environment": "环境", "service": "服务", "governance": "治理"}[self.value]
