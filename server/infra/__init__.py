"""The pipes: one file for each thing outside the house."""
