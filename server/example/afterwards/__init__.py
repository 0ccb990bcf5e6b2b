"""The example's second community, two months after its works: managed, reported in, met about, judged.

Facts are the same every time; only the day they are counted from differs. One file carries each part into its room.
"""
