"""Where the person of this request has a home: what bounds everything they may know of."""

from server.identity import queries as identity


def communities_of(resident_id: int) -> list[int]:
    """The communities of their homes, in the order they were bound."""
    return list(dict.fromkeys(flat.community_id for flat in identity.flats_of(resident_id)))
