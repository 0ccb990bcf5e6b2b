"""A worker of its own for the drills: `python -m tests.faults.worker [pause]` works on the imports that wait.

With `pause` it stands still in the middle of applying, after the places and before the people, and says so: the
moment at which it is killed is then no matter of luck.
"""

import sys
import time
from typing import Any

import click

from server.jobs.ledger import work_on_imports
from server.ledger.actions.importing import applying

HALFWAY = "halfway"
LONGER_THAN_ANY_DRILL = 600.0


def _stand_still(*_: Any) -> None:
    click.echo(HALFWAY)
    time.sleep(LONGER_THAN_ANY_DRILL)


def main(arguments: list[str]) -> None:
    from wsgi import app  # noqa: PLC0415 - whoever only wants the word builds no house

    if arguments == ["pause"]:
        applying._people = _stand_still
    with app.app_context():
        click.echo(work_on_imports())


if __name__ == "__main__":
    main(sys.argv[1:])
