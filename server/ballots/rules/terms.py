"""What was frozen at the opening and decides how the vote is counted: the `ballot` of the bundle, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.ballots.rules.drafting import Kind, Precedence, Unreturned, china_text
from server.ballots.rules.law import CustomRule, Requirement, law_for_closing
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind


@dataclass(frozen=True)
class Motion:
    """One question. Exactly one of `matter` (the law decides what it takes) and `rule` (its own) is set."""

    id: str
    title: str
    kind: Kind
    matter: Matter | None = None
    rule: CustomRule | None = None
    options: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[str, ...]:
        """What a vote may stand on; abstaining is no side."""
        return ("for", "against") if self.kind is Kind.APPROVE else self.options

    @property
    def winnable(self) -> tuple[str, ...]:
        """The sides whose approval is tested."""
        return ("for",) if self.kind is Kind.APPROVE else self.options

    def requirement(self, closes_at: datetime) -> Requirement:
        """What it takes, by the law of the last moment before the closing, or by its own rule."""
        if self.rule is not None:
            return self.rule.requirement()
        if self.matter is None:
            raise ValueError(f"motion {self.id} has neither matter nor rule")
        return law_for_closing(closes_at).requirement(self.matter)

    def as_document(self) -> dict[str, Any]:
        document: dict[str, Any] = {"id": self.id, "title": self.title, "kind": self.kind.value}
        if self.matter is not None:
            document["matter"] = self.matter.value
        if self.rule is not None:
            document["rule"] = self.rule.as_document()
        if self.kind is Kind.CHOOSE_ONE:
            document["options"] = list(self.options)
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Motion":
        kind = Kind(document["kind"])
        return cls(
            id=document["id"],
            title=document["title"],
            kind=kind,
            matter=Matter(document["matter"]) if "matter" in document else None,
            rule=CustomRule.from_document(document["rule"]) if "rule" in document else None,
            options=tuple(document["options"]) if kind is Kind.CHOOSE_ONE else (),
        )


@dataclass(frozen=True)
class BallotTerms:
    """The ballot as frozen. `closes_at` is the announced closing; extensions stand in the log."""

    id: str
    title: str
    community: str
    opened_at: datetime
    closes_at: datetime
    scope: ScopeKind
    precedence: Precedence
    unreturned: Unreturned
    motions: tuple[Motion, ...]
    clause: str | None = None

    @property
    def motion_ids(self) -> tuple[str, ...]:
        return tuple(motion.id for motion in self.motions)

    def as_document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "community": self.community,
            "opened_at": china_text(self.opened_at),
            "closes_at": china_text(self.closes_at),
            "scope": self.scope.value,
            "precedence": self.precedence.value,
            "unreturned": self.unreturned.value,
            "motions": [motion.as_document() for motion in self.motions],
        }
        return document if self.clause is None else {**document, "clause": self.clause}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "BallotTerms":
        """Further keys in the document are hashed with the rest, and mean nothing to the count."""
        unreturned = Unreturned(document["unreturned"])
        return cls(
            id=document["id"],
            title=document["title"],
            community=document["community"],
            opened_at=datetime.fromisoformat(document["opened_at"]),
            closes_at=datetime.fromisoformat(document["closes_at"]),
            scope=ScopeKind(document["scope"]),
            precedence=Precedence(document["precedence"]),
            unreturned=unreturned,
            motions=tuple(Motion.from_document(motion) for motion in document["motions"]),
            clause=document["clause"] if unreturned is Unreturned.FOLLOW_MAJORITY else None,
        )
