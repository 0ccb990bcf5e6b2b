"""Ballots in the back office: one blueprint, its views by subject."""

from admin.ballots import acting, agents, drafting, motions, proof, results, roll
from admin.ballots.pages import ballots

__all__ = ["acting", "agents", "ballots", "drafting", "motions", "proof", "results", "roll"]
