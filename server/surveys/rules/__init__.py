"""The rules of surveys, by subject."""
