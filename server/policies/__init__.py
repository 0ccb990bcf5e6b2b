"""Policies: dated settings by division, looked up along the path on a day, each with where it came from; and the
calendar of working days.

Nothing here is changed or deleted: a new row stands before an older one from its day on, so what was in force on a past
day can always be read again. What a notice has printed (its last day) is kept by the notice and never moves.
"""
