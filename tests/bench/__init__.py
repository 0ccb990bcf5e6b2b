"""Measurements of the house: `python -m tests.bench [NAME]`. A benchmark is not a test: a missed mark is printed, not raised."""
