"""Tables of management. Money, handover and the watch only grow; a mistake is put right by a further row."""

from server.management.models.accounts import AccountEntry, AccountPublication
from server.management.models.contracts import ContractEnd, ManagementContract, ManagementFee, PropertyCompany
from server.management.models.handover import About, HandoverRecord, ManagementEvidence
from server.management.models.watch import WatchFinding, WatchRound, WatchTicket

__all__ = [
    "About",
    "AccountEntry",
    "AccountPublication",
    "ContractEnd",
    "HandoverRecord",
    "ManagementContract",
    "ManagementEvidence",
    "ManagementFee",
    "PropertyCompany",
    "WatchFinding",
    "WatchRound",
    "WatchTicket",
]
