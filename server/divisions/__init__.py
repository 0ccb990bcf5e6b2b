"""Divisions: province, prefecture, county, street and residents' committee, and reporting units without a code.

A tree by parent with a materialised path of ids ("/1/2/14/") that serves ranges, settings and permissions. Codes are
labels: a division that got another code is another row, valid from another day, and its predecessor names it.
"""
