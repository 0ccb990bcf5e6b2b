"""The tables of a vote: what is asked, what was announced, the frozen roll, the log, papers and counts.

What happened is kept in tables that only grow; `ballots` and `ballot_motions` change only before the announcement.
"""

from server.ballots.models.asked import Announcement, Ballot, Motion
from server.ballots.models.corrections import (
    RollAnswer,
    RollCorrection,
    RollState,
    Takeover,
    TakeoverAnswer,
)
from server.ballots.models.counts import Count, Turnout
from server.ballots.models.log import LogEntry
from server.ballots.models.papers import (
    Flag,
    Keying,
    Paper,
    PaperReturn,
    PaperStatement,
    Reading,
    Settlement,
)
from server.ballots.models.proof import BallotCheckpoint, CallBack
from server.ballots.models.proxies import Authorization, ProxyAct, ProxyCode, ProxyDeed
from server.ballots.models.roll import Head, Opening, RollFlat
from server.ballots.models.service import ServiceAttempt

__all__ = [
    "Announcement",
    "Authorization",
    "Ballot",
    "BallotCheckpoint",
    "CallBack",
    "Count",
    "Flag",
    "Head",
    "Keying",
    "LogEntry",
    "Motion",
    "Opening",
    "Paper",
    "PaperReturn",
    "PaperStatement",
    "ProxyAct",
    "ProxyCode",
    "ProxyDeed",
    "Reading",
    "RollAnswer",
    "RollCorrection",
    "RollFlat",
    "RollState",
    "ServiceAttempt",
    "Settlement",
    "Takeover",
    "TakeoverAnswer",
    "Turnout",
]
