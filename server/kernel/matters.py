"""What the owners decide together, by the items of 民法典 278 (before 2021: 物权法 76)."""

from enum import StrEnum


class Matter(StrEnum):
    RULES = "rules"
    COVENANT = "covenant"
    COMMITTEE = "committee"
    MANAGER = "manager"
    USE_FUND = "use_fund"
    RAISE_FUND = "raise_fund"
    REBUILD = "rebuild"
    CHANGE_USE = "change_use"
    OTHER = "other"

    @property
    def name_zh(self) -> str:
        return NAMES[self]

    @property
    def item_zh(self) -> str:
        """The item of 民法典 278 (1)."""
        return f"民法典第 278 条第（{'一二三四五六七八九'[list(Matter).index(self)]}）项"


NAMES = {
    Matter.RULES: "制定和修改业主大会议事规则",
    Matter.COVENANT: "制定和修改管理规约",
    Matter.COMMITTEE: "选举业主委员会或者更换成员",
    Matter.MANAGER: "选聘和解聘物业服务企业",
    Matter.USE_FUND: "使用维修资金",
    Matter.RAISE_FUND: "筹集维修资金",
    Matter.REBUILD: "改建、重建建筑物及其附属设施",
    Matter.CHANGE_USE: "改变共有部分的用途，或者利用共有部分经营",
    Matter.OTHER: "有关共有和共同管理权利的其他重大事项",
}
