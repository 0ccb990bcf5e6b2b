"""Visits: who went to which door, when, and with what result.

For surveys (whom to visit again) and for serving papers. Asked by the rooms above, which say what a visit was for; rows are
only added, so that nobody can say afterwards that they had knocked, or had not.
"""
