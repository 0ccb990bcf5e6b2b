"""Telling an office that something waits for it, or what became of what it handed up."""

from admin.session import me
from server.identity import queries as identity
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.messages.actions import tell
from server.messages.rules import Recipient


def tell_office(
    division_path: str, permission: Permission, kind: str, subject: str, body: str, link: str
) -> None:
    """Everyone of exactly this office who may see to it, but not whoever has just done it. Inside the unit of work of the
    act itself."""
    ids = identity.staff_of_office(permission, division_path, china_day(now()))
    tell(
        [Recipient.staff(one) for one in ids if one != me().id],
        kind=kind,
        subject=subject,
        body=body,
        link=link,
        community_id=None,
        now=now(),
    )
