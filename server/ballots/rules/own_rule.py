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
        "quorum": [] if not quorum or is_share(quorum) else [BAD_SHARE],
        "approval": [] if is_share(approval) else [BAD_SHARE],
    }
    wrong = {name: sentences for name, sentences in fields.items() if sentences}
    if wrong:
        raise Invalid("这一项的计票规则没有写全。", fields=wrong)
    asked = Demand(Base.ROLL, at_least(quorum)) if quorum else None
    threshold = more_than(approval) if is_more else at_least(approval)
    return CustomRule(basis.strip(), asked, Demand(of, threshold)).as_document()


def is_share(text: str) -> bool:
    """A fraction from 0 to 1 in digits."""
    if not SHARE.fullmatch(text):
        return False
    part, whole = map(int, text.split("/"))
    return whole > 0 and Fraction(part, whole) <= 1
