"""Rounds by date, what an answer may say, which answer counts, rates with their interval, what the public may read."""
