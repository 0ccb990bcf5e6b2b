"""What the tests of pure rules ask of a refusal."""

from collections.abc import Callable

from server.kernel.errors import Problem


def code_of(act: Callable[[], object]) -> str | None:
    """The code under which the rule refuses; None where it lets the act pass."""
    try:
        act()
    except Problem as problem:
        return problem.code
    return None
