"""The words in which the house refuses: each has a stable code and a Chinese sentence that says what to do next."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way, as a line a person can act on."""

    code: str
    message: str
    #: Where to go to mend it: a name the door turns into a link ("flats", "notice"), or empty.
    where: str = ""


class Problem(Exception):
    """The base of every refusal. `code` is stable, `message` is for people, `reasons` may list what stands in the way."""

    status = 400
    code = "problem"

    def __init__(self, message: str, *, code: str = "", reasons: tuple[Reason, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.reasons = reasons
        if code:
            self.code = code


class Invalid(Problem):
    """What was sent is not in form. `fields` maps a field's name to its sentences."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, *, fields: dict[str, list[str]] | None = None, code: str = "") -> None:
        super().__init__(message, code=code)
        self.fields = fields or {}


class Unauthenticated(Problem):
    """Nobody is signed in, or the token is not one of ours."""

    status = 401
    code = "unauthenticated"


class Forbidden(Problem):
    """The person is known and may see the object, but not do this to it."""

    status = 403
    code = "forbidden"


class NotFound(Problem):
    """There is no such thing, or it is not this person's to know of: both answer alike."""

    status = 404
    code = "not_found"

    def __init__(
        self, message: str = "没有找到。请检查地址，或回到首页重新进入。", *, code: str = ""
    ) -> None:
        super().__init__(message, code=code)


class Conflict(Problem):
    """What is asked does not fit what already stands."""

    status = 409
    code = "conflict"


class Refused(Problem):
    """A rule says no. The message says which, and what to do."""

    status = 409
    code = "refused"


class Unavailable(Problem):
    """Someone outside whom it needs does not answer. Nothing was done, and a repeat is safe."""

    status = 503
    code = "unavailable"


class TooLarge(Problem):
    """More bytes, rows or pixels than are taken."""

    status = 413
    code = "too_large"


class Throttled(Problem):
    """Too many tries. `retry_after` is in whole seconds."""

    status = 429
    code = "throttled"

    def __init__(self, message: str, *, retry_after: int, code: str = "") -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
