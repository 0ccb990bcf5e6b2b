"""Joint matters (议事会): what a resident, the committee or a company raises, who supports it, how it is answered or met about,
what was resolved, and where it went from here.

黔建办函〔2020〕3 号, 34: residents' committee, owners' committee and company settle things together. What people write is read by
others only once it was looked at. Whose homes support it is a count in public; nobody's name stands beside it.
"""
