"""Tickets (共管): what goes wrong in a community, who sees to it by when, and whether it was really put right.

A ticket's acts only grow. Its row is what the acts make of it (`rules/folding.py`), kept beside them so that boards can
select and sort; `recompute` makes it anew. Done by the company is not confirmed by the resident. Residents report and judge,
property staff work, the committee reviews suspensions, the offices above learn of what is overdue.
"""
