"""Management after the works: who looks after which community from when to when, how it is handed over, what it costs and
brings in, and whether the effect holds.

民法典 278（四）(choosing), 281 and 282 (maintenance fund, income of the common parts), 284 and 285 (management), 943 (what is
to be published). Which communities are finished, and which vote chose a manager, comes from rooms above as an argument.
"""
