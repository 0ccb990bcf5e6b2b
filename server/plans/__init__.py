"""Plans: the three pools 实施/谋划/储备, the master plan by year, annual plans and their changes, pilots.

A plan that stands in a formal document is not changed (黔建办函〔2020〕3 号 三（二）): its rows only grow in the database,
and a change goes from the county (scheme and evidence) to the city's three departments and by a written report to the
province before it takes effect. The old row stays readable. Both counts, communities and households, always go together.
"""
