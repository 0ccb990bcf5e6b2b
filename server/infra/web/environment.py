"""Templates as Flask has them, with a plain dictionary of what each of them knows.

Jinja lays two over each other and copies both with each page and each import in it, name by name: a tenth of the form of a report.
"""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class HouseEnvironment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As they stand when a template is loaded, after which Jinja asks for no change of them."""
        return {**self.globals, **(d or {})}
