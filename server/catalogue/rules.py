"""The classes of items, the keys of the central subsidy and the test on what was adopted, and whose list holds where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ItemClass(StrEnum):
    BASIC = "B"
    BETTER = "W"
    UPLIFT = "T"

    @property
    def name_zh(self) -> str:
        return {"B": "基础类", "W": "完善类", "T": "提升类"}[self.value]


class SubsidyKey(StrEnum):
    """What the central subsidy counts. Supply and drainage are one key; lighting, fibre, heating and parking are none."""

    WATER = "water"
    POWER = "power"
    ROAD = "road"
    GAS = "gas"
    #: A new lift; repairing one has no key.
    ELEVATOR = "elevator"

    @property
    def name_zh(self) -> str:
        return {"water": "水", "power": "电", "road": "路", "gas": "气", "elevator": "加装电梯"}[self.value]


#: Two of these, or a new lift (黔建办函〔2020〕3 号; domain rule 22).
NETWORKS = (SubsidyKey.WATER, SubsidyKey.POWER, SubsidyKey.ROAD, SubsidyKey.GAS)
LEAST_NETWORKS = 2


@dataclass(frozen=True)
class Subsidy:
    """Whether what is kept still meets the central subsidy's condition, by which keys, and the sentence that says so."""

    is_kept: bool
    counted_keys: tuple[SubsidyKey, ...]
    sentence_zh: str


def subsidy(keys: Iterable[SubsidyKey | None]) -> Subsidy:
    """The test on the keys of the items adopted (a rejected item's key is not handed in); each key counts once."""
    adopted = set(keys)
    counted = tuple(key for key in SubsidyKey if key in adopted)
    networks = [key for key in NETWORKS if key in adopted]
    if len(networks) >= LEAST_NETWORKS:
        return Subsidy(
            True, counted, f"改{_names(networks)}，水、电、路、气占了 {len(networks)} 样，符合中央补助条件。"
        )
    if SubsidyKey.ELEVATOR in adopted:
        return Subsidy(True, counted, "加装电梯，符合中央补助条件。")
    if networks:
        missing = _names([key for key in NETWORKS if key not in adopted])
        sentence = f"水、电、路、气里只有{_names(networks)}一样，不符合中央补助条件。再加{missing}里的一样，或加装电梯，就符合。"
        return Subsidy(False, counted, sentence)
    return Subsidy(
        False, (), "水、电、路、气一样都没有，也不加装电梯，不符合中央补助条件。要补助，至少改其中两样。"
    )


def _names(keys: Sequence[SubsidyKey]) -> str:
    return "、".join(key.name_zh for key in keys)


@dataclass(frozen=True)
class DatedVersion:
    id: int
    division_id: int
    #: None: entered, but not in force yet (waits for the government's consent and the filing).
    valid_from: date | None


def version_in_force(
    versions: Iterable[DatedVersion], path_ids: Sequence[int], on: date
) -> DatedVersion | None:
    """A community uses the list of its county, else of its city, else of the province; of one division the latest begun."""
    begun = [one for one in versions if one.valid_from is not None and one.valid_from <= on]
    for division_id in reversed(path_ids):
        own = [one for one in begun if one.division_id == division_id]
        if own:
            return max(own, key=lambda one: (one.valid_from, one.id))
    return None
