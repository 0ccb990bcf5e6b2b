"""The rule that a motion carries where no law decides its question, as the committee writes it.

民法典 278 says what its nine matters take, and no covenant lowers that. Beside them stands what owners settle among themselves:
there the covenant or the assembly's own rules say what it takes, and the notice prints them as the basis.
"""

import re
from fractions import Fraction
from typing import Any

from server.ballots.rules.law import Base, CustomRule, Demand
from server.kernel.errors import Invalid
from server.kernel.shares import at_least, more_than

#: As the bundle writes a fraction.
SHARE = re.compile(r"[0-9]{1,9}/[0-9]{1,9}")
BAD_SHARE = "写成几分之几，例如 1/2、2/3，不能大于 1。"


def own_rule(basis: str, quorum: str, approval: str, of: Base, *, is_more: bool) -> dict[str, Any]:
    """As a motion keeps it. `quorum` may be empty: none is asked; it is a share of the roll, and that much is enough.

    Raises Invalid, with the fields `basis`, `quorum` and `approval`.
    """
    fields = {
        "basis": [] if basis.strip() else ["写明依据，例如《管理规约》第十二条。"],
        "quorum": _quorum_faults(quorum) if quorum else [],
        "approval": _approval_faults(approval, is_more=is_more),
    }
    wrong = {name: sentences for name, sentences in fields.items() if sentences}
    if wrong:
        raise Invalid("这一项的计票规则没有写全。", fields=wrong)
    asked = Demand(Base.ROLL, at_least(quorum)) if quorum else None
    threshold = more_than(approval) if is_more else at_least(approval)
    return CustomRule(basis.strip(), asked, Demand(of, threshold)).as_document()


def _quorum_faults(quorum: str) -> list[str]:
    if not is_share(quorum):
        return [BAD_SHARE]
    return [] if Fraction(quorum) else ["不要求参与比例的，这一格空着不填。"]


def _approval_faults(approval: str, *, is_more: bool) -> list[str]:
    """A decision that nobody has to be for, or that even all of them cannot reach, is none."""
    if not is_share(approval):
        return [BAD_SHARE]
    if not is_more and not Fraction(approval):
        return ["同意的比例不能是 0：那样一个人都不同意，也算通过。"]
    if is_more and Fraction(approval) == 1:
        return ["没有比全体还多的。要全体同意，选“达到”，写 1/1。"]
    return []


def is_share(text: str) -> bool:
    """A fraction from 0 to 1 in digits."""
    if not SHARE.fullmatch(text):
        return False
    part, whole = map(int, text.split("/"))
    return whole > 0 and Fraction(part, whole) <= 1
