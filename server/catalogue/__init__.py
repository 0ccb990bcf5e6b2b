"""The catalogue: what a renovation may contain (基础, 完善, 提升), as versioned data of the province or a place below it.

Each item says in plain words what it means for residents, what the owners decide by taking it (民法典 278, or nothing:
then residents are only consulted), and which key of the central subsidy it counts for.
"""
