"""Surveys: what a community's households need, want and would pay for. Advisory: nobody is bound by an answer.

One counted answer per household; every rate with its base. Residents come in by their slip (proven)
or by the poster (claimed); interviewers and the paper desk enter for them. Votes live in another room.
"""
