"""The rules of tickets by subject."""
