"""What may be told of small groups: the one place every public table of votes goes through."""

from server.kernel.disclosure.areas import PublicShare, may_show_exact_areas, whole_per_cent

__all__ = ["PublicShare", "may_show_exact_areas", "whole_per_cent"]
