"""Owners vote, binding: heads and area, by the law of the closing day.

Imports nothing, so that `recount.py` runs alone on a bare Python.
"""
