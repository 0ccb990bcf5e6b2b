"""Proxies: a written authorization names agent, matters and principal and is signed (民法典第一百六十五条).

Revocable until the vote is cast (第一百七十三条); an agent appoints no further agent (第一百六十九条); property staff are no
agents (舟山市物业管理条例第十七条); how many principals one agent may have is printed in the notice.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import rfc8785

from server.ballots.rules.casting import CastAs, EarlierVote
from server.kernel.errors import Invalid, Refused


def checked_extent(asked: Sequence[str], named: Sequence[str]) -> list[str]:
    """The motions an authorization covers, in the order of the ballot. Raises Invalid for none, or one that is not asked."""
    if not named or set(named) - set(asked):
        sentence = "勾选委托办哪几项，至少一项。"
        raise Invalid(sentence, fields={"motions": [sentence]})
    return [one for one in asked if one in named]


def check_agent(*, is_property_staff: bool, is_clerk: bool, is_owner: bool) -> None:
    """Who may not be an agent for this head."""
    if is_property_staff:
        raise Refused("物业公司的人不能代业主投票。请业主换一位受托人。", code="property_staff")
    if is_clerk:
        raise Refused("受托人不能给自己登记、给自己录票。请另一位工作人员来办。", code="own_agent")
    if is_owner:
        raise Refused("受托人就是业主本人，不用委托，直接投就行。", code="is_owner")


def check_limit(principals: int, limit: int) -> None:
    """`principals` are those the agent stands for already."""
    if limit == 0:
        raise Refused("这次投票的公告里写明，不接受委托。请业主本人投，或请工作人员上门。", code="no_proxies")
    if principals >= limit:
        raise Refused(
            f"这位受托人已经替 {principals} 位业主投票，公告里写明一人最多替 {limit} 位。请业主换一位受托人。",
            code="proxy_limit",
        )


def check_extent_free(covered: Sequence[str], named: Sequence[str]) -> None:
    """No motion is given to two agents at once."""
    if set(covered) & set(named):
        raise Refused("这位业主已经把这一项委托给别人了。先撤回原来的委托。", code="authorized")


def check_standing(*, is_revoked: bool, is_cast: bool, is_sold: bool = False) -> None:
    """Whether an authorization may still be used, or revoked."""
    if is_revoked:
        raise Refused("这份委托已经撤回。", code="revoked")
    if is_cast:
        raise Refused("按这份委托已经投过票了。", code="proxy_cast")
    if is_sold:
        raise Refused("委托以后房子换了业主，这份委托不能再用。由新业主投，或由新业主另外委托。", code="sold")


def check_claim(*, is_known: bool, fits: bool, claimed_by: str | None, by: str) -> None:
    """Whether this person may take an authorization onto their telephone: with its code, as the agent it names, once."""
    if not (is_known and fits):
        raise Refused(
            "对不上。请核对编码，姓名和手机号要和委托书上写的受托人一样。还不行，请问委托你的业主或居委会。",
            code="no_such_code",
        )
    if claimed_by not in (None, by):
        # 受托人不得再把委托转给别人（民法典第一百六十九条）。
        raise Refused(
            "这份委托已经有人领走了。受托人不能转给别人；不是你领的，请马上告诉业主。", code="claimed"
        )


def check_vouched(*, registered_by: str, by: str, is_claimed: bool) -> None:
    """A code makes a vote without another look at the paper, so it comes from another person than who registered it."""
    if registered_by == by:
        raise Refused("登记委托的人不能自己发编码。请另一个人看过委托书再发。", code="own_registration")
    if is_claimed:
        raise Refused("受托人已经在手机上领了这份委托。要换人，先撤回，再重新登记。", code="claimed")


def ended_by_sale(registered_at: datetime, taken_over_at: datetime | None) -> bool:
    """Whoever sold has nothing left to give away: what was granted before two people noted the sale went with it."""
    return taken_over_at is not None and registered_at < taken_over_at


def check_not_sold(casters: Collection[int], owners_now: Iterable[int]) -> None:
    """An agent has no more than the principal: where nobody who casts for the head owns one of its flats today, nobody
    votes before the sale is noted. `casters` and `owners_now` are persons."""
    owners = frozenset(owners_now)
    if owners and not owners & frozenset(casters):
        raise Refused(
            "台账里这一户已经换了业主，原业主的委托不能再用。请新业主带过户的证明来登记，再由新业主投。",
            code="sold",
        )


def own_votes(
    standing: Sequence[EarlierVote], by_agents: Collection[int], *, by_representative: bool
) -> list[EarlierVote]:
    """The votes that stand and that the principal cast in person, and so took back what they had given away.

    A co-owner's vote takes nothing from the registered representative, whose ballot stands before it whichever came first
    (业主大会和业主委员会指导规则第二十五条).
    """
    return [
        vote
        for vote in standing
        if vote.seq not in by_agents and not (by_representative and vote.cast_as == CastAs.CO_OWNER)
    ]


def check_principal_silent(has_own_vote: bool) -> None:
    """Whoever votes in person takes back what they had given away (民法典第一百七十三条)."""
    if has_own_vote:
        raise Refused("业主本人已经投过票，这份委托不用了。", code="principal_voted")


def authorization_text(
    *, title: str, ballot: str, homes: Sequence[str], agent: str, phone: str, motions: Sequence[str], at: str
) -> str:
    """What an owner granted on the telephone, as the paper would say it: agent, matter, extent, when."""
    lines = [
        "投票授权书",
        f"投票：{title}（编号 {ballot}）",
        f"委托人：{'、'.join(homes)} 的业主，在手机上核实过身份，本人确认",
        f"受托人：{agent}，手机 {phone}",
        "委托事项：代为投票，只限下面各项",
        *(f"  {motion}" for motion in motions),
        "期限：到本次投票截止。投出以前随时可以撤回。",
        f"确认时间：{at}",
    ]
    return "\n".join(lines) + "\n"


def authorization_hash(ballot: str, head: str, motions: Sequence[str], photo: str, agent: str) -> str:
    """Ties the vote in the log to one picture, one extent and one agent, without naming anybody."""
    facts = {"ballot": ballot, "head": head, "motions": list(motions), "photo": photo, "agent": agent}
    return hashlib.sha256(rfc8785.dumps(facts)).hexdigest()
