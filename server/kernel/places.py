"""Where something is: the value that permissions and settings are asked with."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Place:
    """A community in its division, or (without a community) the division itself."""

    #: Materialised path of division ids, "/1/2/14/"; what lies below begins with it.
    division_path: str
    community_id: int | None = None

    def is_under(self, path: str) -> bool:
        return self.division_path.startswith(path)


class ScopeKind(StrEnum):
    """Whose vote or scheme it is: each building or entrance is counted apart."""

    COMMUNITY = "community"
    BUILDING = "building"
    ENTRANCE = "entrance"

    @property
    def name_zh(self) -> str:
        return {"community": "全小区", "building": "按楼栋", "entrance": "按单元"}[self.value]
