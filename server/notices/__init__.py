"""Notices: 公示, which has a period and a channel for objections, and 公告, which only informs.

The text and the dates are fixed when it is posted: a day printed on paper never moves, whatever the calendar learns later.
A change of text is another notice with another period (民法典 200 to 204 for the counting). No names or phones of
residents stand in a notice; whoever objects is shown to staff masked.
"""
