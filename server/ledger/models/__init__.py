"""The tables of the ledger: places, people, imports."""

from server.ledger.models.imports import LedgerImport
from server.ledger.models.people import Household, Owner, Ownership, OwnerVerdict
from server.ledger.models.places import Building, Community, Entrance, Facility, Flat

__all__ = [
    "Building",
    "Community",
    "Entrance",
    "Facility",
    "Flat",
    "Household",
    "LedgerImport",
    "Owner",
    "OwnerVerdict",
    "Ownership",
]
