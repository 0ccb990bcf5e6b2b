"""Open311 GeoReport v2, as the specification writes it: how other programs report here and follow what they reported.

It has its own guard (a key in the form), its own two formats, and its own way to write an error; see docs/open311.md.
"""

from miniprogram_api.open311 import asking, finding, naming, reporting
from miniprogram_api.open311.blueprint import open311

__all__ = ["asking", "finding", "naming", "open311", "reporting"]
