"""Messages: a row for each thing to tell, written in the transaction of what it tells of.

Shown in the person's inbox on the phone and in the back office, and on a printable list for homes without a phone; other
ways of delivery come on top later. A message says that something happened and where to look: never a choice, never a
personal value.
"""
