"""What a staff password must be."""

import unicodedata

SHORTEST = 10
LONGEST = 128
#: Passwords that are tried first everywhere; compared without case.
TRIED_FIRST = frozenset(
    {
        "1234567890",
        "0123456789",
        "12345678910",
        "qwertyuiop",
        "1qaz2wsx3edc",
        "password123",
        "admin12345",
        "a123456789",
        "1111111111",
        "iloveyou123",
    }
)


def password_problem(password: str, username: str) -> str | None:
    """Why this password will not do, as a sentence; None where it will."""
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字符。可以用一句自己记得住的话。"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符。"
    folded = password.casefold()
    if username and username.casefold() in folded:
        return "密码里不要带登录名。"
    if folded in TRIED_FIRST or len(set(folded)) < 4:
        return "这个密码太容易猜到。换一个。"
    return None


def plain_password(password: str) -> str:
    """The same password typed on another keyboard is the same."""
    return unicodedata.normalize("NFKC", password)
