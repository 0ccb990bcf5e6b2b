"""The catalogue: what a renovation may contain (基础, 完善, 提升), as versioned data of the province or a place below it.

Each item says in plain words what it means for residents, what the owners decide by taking it (民法典 278, or nothing:
then residents are only consulted), which key of the central subsidy it counts for, what it costs and who pays which
share. A local list is drafted, consented to by the government of its level, filed with the province, then in force.
"""
