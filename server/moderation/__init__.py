"""Moderation: what others will read waits here until someone has looked at it.

The rooms above put their texts and photos forward and ask what may be shown; this room knows none of them and calls nobody
back. A word list and a few patterns mark what to look at twice; a person decides, and a machine may through the same act
where nothing was marked. Nothing is lost while it waits, and what was refused can still be passed.
"""
