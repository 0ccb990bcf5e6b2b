"""Evaluations (共评): after the works the same households judge them three times: at completion, and some months later.

A panel is the households of a community as they were when its first round opened, with the items that had been promised
them. Each household gives one answer a round, which only its residents can replace, and only until the round is over.
Before that nobody learns what anyone answered; afterwards a rate is shown from a least number of answers on, with its
base and interval. The decided items, the works and the companies are handed in by the doors.
"""
