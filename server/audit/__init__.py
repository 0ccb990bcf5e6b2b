"""Who did what, unalterably: one entry for each write of the back office, in the transaction of the write itself.

Entries are never changed or deleted (the database refuses). A job seals new entries every minute into a chain of
hashes, so that writers do not queue behind one another. Holds no choice of any vote and no personal value.
"""
