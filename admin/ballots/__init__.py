"""Ballots in the back office: one blueprint, its views by subject."""

from admin.ballots import acting, drafting, motions, proof, results
from admin.ballots.pages import ballots

__all__ = ["acting", "ballots", "drafting", "motions", "proof", "results"]
