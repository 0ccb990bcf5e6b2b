"""Within what an import may write: the reach of whoever uploaded it, kept with it for the job."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from server.kernel.places import Place


@dataclass(frozen=True)
class Reach:
    """Division paths, and single communities beside them."""

    paths: tuple[str, ...]
    community_ids: frozenset[int] = frozenset()

    @classmethod
    def of(cls, paths: Iterable[str], community_ids: Iterable[int] = ()) -> "Reach":
        return cls(tuple(sorted(set(paths))), frozenset(community_ids))

    @classmethod
    def everywhere(cls) -> "Reach":
        """A command on the server."""
        return cls(("/",))

    @classmethod
    def kept(cls, stored: dict[str, Any] | None) -> "Reach":
        return cls.everywhere() if stored is None else cls.of(stored["paths"], stored["community_ids"])

    def stored(self) -> dict[str, Any]:
        return {"paths": list(self.paths), "community_ids": sorted(self.community_ids)}

    def covers(self, place: Place) -> bool:
        return place.community_id in self.community_ids or any(place.is_under(path) for path in self.paths)
