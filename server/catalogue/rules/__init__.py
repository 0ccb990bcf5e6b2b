"""The rules of the catalogue, by subject; what other rooms use stands here too."""

from server.catalogue.rules.subsidy import Subsidy, subsidy
from server.catalogue.rules.versions import DatedVersion, Stage, version_in_force
from server.catalogue.rules.words import CostUnit, ItemClass, ItemPlace, SplitBy, SubsidyKey

__all__ = [
    "CostUnit",
    "DatedVersion",
    "ItemClass",
    "ItemPlace",
    "SplitBy",
    "Stage",
    "Subsidy",
    "SubsidyKey",
    "subsidy",
    "version_in_force",
]
