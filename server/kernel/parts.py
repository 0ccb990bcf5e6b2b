"""The parts of a building that are answered for each for its own time once the works are done."""

from enum import StrEnum


class Part(StrEnum):
    """Which part of the building an item renews, for how long the contractor answers for it."""

    ROOF_WET = "roof_wet"
    PIPES = "pipes"
    ELECTRICS = "electrics"
    FIT_OUT = "fit_out"
    INSULATION = "insulation"
    HEATING = "heating"
    STRUCTURE = "structure"
    OTHER = "other"

    @property
    def name_zh(self) -> str:
        return PART_NAMES[self]


#: 建设工程质量管理条例 40 names the parts, 民用建筑节能条例 23 the insulation; how long each is answered for is a dated
#: setting elsewhere.
PART_NAMES = {
    Part.ROOF_WET: "屋面、外墙、卫生间防水",
    Part.PIPES: "给排水和燃气管道",
    Part.ELECTRICS: "电气线路、照明、弱电",
    Part.FIT_OUT: "装修、外墙面、道路和场地",
    Part.INSULATION: "外墙保温",
    Part.HEATING: "供热系统",
    Part.STRUCTURE: "地基和主体结构",
    Part.OTHER: "其他",
}
