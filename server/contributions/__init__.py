"""Contributions (共建): what residents promise of their own accord: money, labour, space, ideas; what was given, and what it was used for.

Never a condition of anything: no room that asks people what they want, or counts their votes, may know of it. Each giver
says how they are shown; unless they say otherwise, nobody learns who it was. Money is whole fen; what was given and used
counts once a second person has confirmed it.
"""
