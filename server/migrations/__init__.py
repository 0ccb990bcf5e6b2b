"""The steps by which the database grows, one room each, both ways."""
