"""Coming in by slip, proving an owner, disputing and letting go, as JSON under /api/v1."""

from miniprogram_api.binding import entering, proving
from miniprogram_api.binding.blueprint import binding

__all__ = ["binding", "entering", "proving"]
