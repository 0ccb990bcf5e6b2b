"""The test of the central subsidy on what was adopted, with the sentence that says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.catalogue.rules.words import SubsidyKey

#: Two of these, or a new lift (黔建办函〔2020〕3 号).
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
