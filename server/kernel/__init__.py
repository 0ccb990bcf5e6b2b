"""Words all rooms share; standard library only."""
