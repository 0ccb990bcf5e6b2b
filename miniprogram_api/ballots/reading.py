"""What both faces ask about ballots: which are this person's to see, what they say, how far the turnout is."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from miniprogram_api.homes import communities_of
from miniprogram_api.session import Resident
from server.ballots import queries
from server.ballots.models import Ballot
from server.ballots.queries import ScopeTurnout
from server.ballots.rules.drafting import Kind, Stage, choice_name, default_meaning
from server.ballots.rules.wording import demand_text
from server.kernel.chinatime import china_day, end_zh
from server.kernel.disclosure import may_show_exact_areas, whole_per_cent
from server.kernel.errors import NotFound, Refused

PUBLIC_STAGES = (Stage.ANNOUNCED, Stage.OPEN, Stage.CLOSED, Stage.COUNTED)
#: In a list, what one can act on stands first.
_ORDER = {Stage.OPEN: 0, Stage.ANNOUNCED: 1, Stage.CLOSED: 2, Stage.COUNTED: 3}


def public_ballot(ballot_id: int, moment: datetime) -> Ballot:
    """A ballot whose text was announced. Raises NotFound for a draft as for one that does not exist."""
    of = queries.ballot(ballot_id)
    if of is None or queries.stage(of, moment) not in PUBLIC_STAGES:
        raise NotFound
    return of


def opened_ballot(ballot_id: int, moment: datetime) -> Ballot:
    """Before the opening there is no log. Raises NotFound for it as for a ballot that does not exist."""
    of = public_ballot(ballot_id, moment)
    if of.opened_at is None:
        raise NotFound
    return of


def own_ballot(ballot_id: int, resident: Resident, moment: datetime) -> Ballot:
    """An announced ballot of a community where this person has a home. Raises NotFound for any other."""
    of = public_ballot(ballot_id, moment)
    if of.community_id not in communities_of(resident.id):
        raise NotFound
    return of


def ballots_for(resident_id: int, moment: datetime) -> list[tuple[Ballot, Stage]]:
    """Those of the communities of this person's homes, the open ones first, then newest first."""
    shown = [
        (one.ballot, one.stage)
        for community_id in communities_of(resident_id)
        for one in queries.staged_ballots(community_id, moment)
        if one.stage in PUBLIC_STAGES
    ]
    return sorted(shown, key=lambda one: (_ORDER[one[1]], -one[0].id))


def closing(of: Ballot) -> datetime | None:
    """The closing in force; before the opening, the announced one."""
    return of.closing_at or of.closes_at


# ------------------------------------------------------------------ the text


@dataclass(frozen=True)
class Choice:
    value: str
    name: str
    meaning: str
    tone: str


@dataclass(frozen=True)
class AskedMotion:
    """A motion as a voter reads it."""

    id: str
    title: str
    description: str
    kind: Kind
    choices: tuple[Choice, ...]
    demand: str


def asked_motions(of: Ballot) -> list[AskedMotion]:
    """In plain words, with what each choice means for the voter and what the law asks."""
    closes_at = closing(of)
    return [
        AskedMotion(
            f"m{number}",
            motion.title,
            motion.description,
            motion.kind,
            tuple(
                Choice(
                    choice,
                    choice_name(choice),
                    motion.meanings.get(choice) or default_meaning(motion, choice),
                    tone_of(choice),
                )
                for choice in motion.choices
            ),
            demand_text(motion, closes_at) if closes_at else "",
        )
        for number, motion in enumerate(queries.motion_texts(of), 1)
    ]


def tone_of(choice: str) -> str:
    """How a choice is coloured; an option of several is none of the three."""
    return choice if choice in {"for", "against", "abstain"} else ""


def notice_of(of: Ballot) -> int | None:
    """The notice that announced it."""
    act = queries.announcement(of)
    return act.notice_id if act else None


# ------------------------------------------------------------------ turnout


@dataclass(frozen=True)
class TurnoutLine:
    """One twin bar as this reader may see it."""

    row: ScopeTurnout
    is_exact: bool

    @property
    def area_per_cent(self) -> int:
        share = whole_per_cent(self.row.area, self.row.roll_area)
        return share.per_cent if share else 0

    @property
    def area_share(self) -> Fraction:
        return Fraction(self.area_per_cent, 100)

    @property
    def sentence(self) -> str:
        """What the quorum lacks; without exact areas only whether the area is enough."""
        if self.is_exact or self.row.quorum is None or self.row.is_met:
            return self.row.sentence
        heads, area = self.row.lacking
        if heads and area:
            return f"要有效，还差 {heads} 人参与，面积也还不够。"
        return f"要有效，还差 {heads} 人参与。" if heads else "人数够了，面积还不够，要有更多业主参与才有效。"


def turnout_for(of: Ballot, resident: Resident | None, moment: datetime) -> list[TurnoutLine]:
    """The scopes of this reader's flats first."""
    rows = queries.turnout(of)
    if not rows:
        return []
    own = queries.scopes_of_owner(of, resident.id) if resident else frozenset()
    least = queries.rules_for(of.community_id, china_day(moment)).least_heads
    lines = [
        TurnoutLine(row, row.scope in own or may_show_exact_areas(row.roll_heads, least)) for row in rows
    ]
    return sorted(lines, key=lambda line: line.row.scope not in own)


def area_text(area: Decimal) -> str:
    return f"{area:.2f}"


# ------------------------------------------------------------------ the result


def result_for(of: Ballot, resident: Resident | None, moment: datetime) -> queries.PublicResult:
    """The result as this reader may see it. Raises Refused before the count, with the day it is to be expected."""
    own = queries.scopes_of_owner(of, resident.id) if resident else frozenset()
    found = queries.public_result(of, moment, exact_scopes=own)
    if found is None:
        raise Refused(why_no_result(of, moment), code="no_result")
    return found


def why_no_result(of: Ballot, moment: datetime) -> str:
    closes_at = closing(of)
    if closes_at is None or moment >= closes_at:
        return "投票已经截止，正在复核和计票。出了结果会公示。"
    return f"还没到开票时间。投票 {end_zh(closes_at)} 截止。"
