"""Who acts: a value that every action takes and every audit entry names."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    STAFF = "staff"
    RESIDENT = "resident"
    #: Another house's program, by its key.
    PROGRAM = "program"
    #: The clock, a command on the server, or a migration: nobody in person.
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    kind: ActorKind
    #: The row id in `staff`, `residents` or `open311_keys`; 0 for the system.
    id: int
    #: What an audit reader is shown: the name of a staff member or of a program, never a resident's.
    label: str

    @property
    def key(self) -> str:
        """The same person always has the same key: "staff:3", "resident:17", "system:0"."""
        return f"{self.kind}:{self.id}"


#: The jobs of the house act as this.
CLOCK = Actor(ActorKind.SYSTEM, 0, "系统")
#: A command run by an operator at the server.
COMMAND = Actor(ActorKind.SYSTEM, 0, "服务器命令")
