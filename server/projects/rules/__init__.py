"""The rules of projects, by subject: acts, preparation, starts, money, structures, and what a project is."""
