"""For which household somebody answers, and how well that is proven: by the slip's binding, or as typed at the poster."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import session

from miniprogram_api.session import Resident, named
from miniprogram_api.surveys import reading
from server.infra.clock import now
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import NotFound
from server.ledger.queries import HouseholdCard
from server.surveys import actions, queries
from server.surveys.actions import Answering
from server.surveys.queries import Reached, SignedForm
from server.surveys.rules.words import Capacity, Channel, Proof

#: Somebody at the poster: no account, no name.
PASSER_BY = Actor(ActorKind.RESIDENT, 0, "居民")
_CLAIMS, _DEVICE = "survey_claims", "survey_device"
#: A cookie has room for few.
MOST_CLAIMS = 8


@dataclass(frozen=True)
class Seat:
    """Who answers this form for which household."""

    form: SignedForm
    household: HouseholdCard
    proof: Proof
    #: Known where an owner is proven; else asked.
    capacity: Capacity | None
    actor: Actor
    device: str = ""
    #: Whether there is a draft or an answer; None where nobody has looked.
    has_begun: bool | None = None

    @property
    def holder(self) -> str:
        """By what a draft is found again: the slip, or this browser."""
        return actions.SLIP_HOLDER if self.proof is Proof.PROVEN else actions.device_name(self.device)

    @property
    def is_proven(self) -> bool:
        return self.proof is Proof.PROVEN

    def how(self, capacity: Capacity) -> Answering:
        channel = Channel.SLIP if self.is_proven else Channel.POSTER
        return Answering(self.proof, channel, self.capacity or capacity, self.device)


@dataclass(frozen=True)
class Visit:
    """A browser that came to a survey."""

    form: SignedForm
    resident: Resident | None
    reached: Sequence[Reached]

    def seat(self, household_id: int) -> Seat:
        """Raises NotFound for a household that this browser may not answer for."""
        found = next((one for one in self.seats() if one.household.id == household_id), None)
        if found is None:
            raise NotFound(
                "这一户的问卷不在你这里。请扫自己家信箱里的纸条，或从海报重新进。", code="not_your_home"
            )
        return found

    def seats(self) -> list[Seat]:
        """Every household that this browser may answer for: by slip, or else the one typed at the poster."""
        if self.resident is not None and self.reached:
            actor = self.resident.actor
            return [_by_slip(self.form, one, actor) for one in self.reached]
        household_id = _claims().get(str(self.form.survey_id))
        if household_id is None:
            return []
        card = queries.household_asked(self.form.survey, household_id)
        return [Seat(self.form, card, Proof.CLAIMED, None, PASSER_BY, device())]


def visit(survey_id: int) -> Visit:
    """The survey, where it was opened, and who came; one read. Raises NotFound."""
    who = named()
    found = queries.coming(survey_id, who.resident_id if who else None)
    if found is None or queries.stage(found.form.survey, now()) not in reading.PUBLIC_STAGES:
        raise reading.unknown()
    resident = who.signed_in(found.session_version) if who else None
    return Visit(found.form, resident, found.reached if resident else ())


def _by_slip(form: SignedForm, one: Reached, actor: Actor) -> Seat:
    return Seat(form, one.household, Proof.PROVEN, one.capacity, actor, has_begun=one.has_begun)


def claim(form: SignedForm, household: HouseholdCard) -> None:
    """This browser answers for the household it typed; another one typed later takes its place."""
    device()
    kept = dict(list(_claims().items())[-MOST_CLAIMS + 1 :])
    session[_CLAIMS] = {**kept, str(form.survey_id): household.id}
    session.permanent = True


def device() -> str:
    """The random name of this browser; nothing else of it is known."""
    if _DEVICE not in session:
        session[_DEVICE] = secrets.token_urlsafe(18)
    return str(session[_DEVICE])


def _claims() -> Mapping[str, Any]:
    found: Mapping[str, Any] = session.get(_CLAIMS, {})
    return found
