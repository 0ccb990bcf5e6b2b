"""Telling the owners' homes and the committee what became of a decision."""

from datetime import date, datetime

from server.ballots import queries as ballots
from server.decisions.models import Decision
from server.decisions.rules import Fault
from server.decisions.rules.facts import day_zh
from server.messages.actions import tell
from server.messages.rules import Recipient


def phone_page(of: Decision) -> str:
    """Where everyone reads the decision."""
    return f"/communities/{of.community_id}/decisions/{of.id}"


def tell_published(of: Decision, version: int, last_on: date, now: datetime) -> None:
    again = f"重新计票了，这是第 {version} 版。" if version > 1 else ""
    body = f"{again}公示到 {day_zh(last_on)}。看看每一项的结果；有不同意见，公示期内可以提。"
    _tell_homes(of, "decisions.published", f"结果公示了：{of.title}", body, now)


def tell_preliminary(ballot_id: int, count: int, last_on: date, now: datetime) -> None:
    ballot = ballots.known(ballot_id)
    again = f"重新计票了，这是第 {count} 次计票。" if count > 1 else ""
    body = f"{again}还没有定案。公示到 {day_zh(last_on)}，有不同意见，公示期内可以提。"
    tell(
        [Recipient.flat(flat_id) for flat_id in ballots.flat_ids_of(ballot.id)],
        kind="decisions.preliminary",
        subject=f"初步结果：{ballot.title}",
        body=body,
        link=f"/ballots/{ballot.id}/result",
        community_id=ballot.community_id,
        now=now,
    )


def tell_withdrawn(of: Decision, reason: str, now: datetime) -> None:
    body = f"原因：{reason.rstrip('。')}。改好以后会重新公示，公示期重新算。"
    _tell_homes(of, "decisions.withdrawn", f"公示撤下了：{of.title}", body, now)


def tell_final(of: Decision, now: datetime) -> None:
    body = "公示期满，异议都答复了，决定从今天起对全体业主算数。上面有验证码，可以查真假。"
    _tell_homes(of, "decisions.final", f"定下来了：{of.title}", body, now)


def tell_void(of: Decision, fault: Fault, reason: str, now: datetime) -> None:
    body = f"原因：{fault.name_zh}。{reason.rstrip('。')}。这次什么也没有定，要定这件事得重新表决。"
    _tell_homes(of, "decisions.void", f"表决作废：{of.title}", body, now)


def tell_annulled(of: Decision, court: str, reason: str, now: datetime) -> None:
    body = f"{court}撤销了这份决定，从现在起不算数。原因：{reason.rstrip('。')}。要再定这件事，得重新表决。"
    _tell_homes(of, "decisions.annulled", f"法院撤销了：{of.title}", body, now)


def _tell_homes(of: Decision, kind: str, subject: str, body: str, now: datetime) -> None:
    tell(
        [Recipient.flat(flat_id) for flat_id in ballots.flat_ids_of(of.ballot_id)],
        kind=kind,
        subject=subject,
        body=body,
        link=phone_page(of),
        community_id=of.community_id,
        now=now,
    )
