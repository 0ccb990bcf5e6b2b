"""What residents give, raise and resolve together: promises, a matter with supporters that became a ticket, a meeting."""

from datetime import date

from server.contributions import actions as contributions
from server.contributions.rules import Entry, Shown
from server.contributions.rules import Kind as Given
from server.example.afterwards.place import GATE, Place
from server.example.ledger import key
from server.identity.actions import resident_actor
from server.kernel.chinatime import china_day
from server.matters import actions
from server.matters.rules.links import LinkKind
from server.matters.rules.meetings import Group
from server.matters.rules.raised import Kind, Voice
from server.matters.rules.resolutions import Outcome
from server.tickets import actions as tickets
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.words import Category, Source

#: Where from, what, how much, in which words, shown how and by which name.
PLEDGES = (
    ("2-1-201", Given.MONEY, 800_00, "给小花园添两张石凳。", Shown.NAME, "二栋老李一家"),
    ("3-1-402", Given.LABOUR, 12, "会电工，周末能来帮忙看灯。", Shown.ANONYMOUS, ""),
)
RAISED, MET = -44, -33
SUPPORTED_BY = ("1-1-101", "1-1-401", "2-1-202", "3-1-301", "3-1-402", "4-1-501")
MINUTES = (
    "先看了大家提的门的事。住户说风一大就关不上，夜里有人进来。物业说闭门器松了，三天里能换。\n"
    "又说了停车：先按门前画的位停，不占消防通道。"
)


def tell(place: Place) -> None:
    """After the management has begun."""
    _promise(place)
    _meet(place, _raise(place))
    _ask_further(place)


def _promise(place: Place) -> None:
    bound = place.residents()
    for number, (address, kind, amount, words, shown, name) in enumerate(PLEDGES):
        flat_id, given_on = place.flat(address), -180 + 5 * number
        row = contributions.make_pledge(
            place.community_id, flat_id=flat_id, kind=kind, amount=amount, words=words, shown=shown, name=name,
            client_key=key(), actor=resident_actor(bound.get(flat_id, place.lead)), now=place.at(-200, 19),
        )  # fmt: skip
        for entry, days in ((Entry.GIVEN, given_on), (Entry.USED, given_on + 20)):
            held = contributions.enter(
                row.id, community_id=place.community_id, kind=entry, amount=amount, happened_on=china_day(place.at(days)),
                document=f"收据 {number + 1:03d} 号（示例）", client_key=key(), actor=place.clerk, now=place.at(days, 15),
            )  # fmt: skip
            contributions.review(
                held.id, community_id=place.community_id, is_confirmed=True, reason="", actor=place.reviewer,
                now=place.at(days, 16),
            )  # fmt: skip


def _raise(place: Place) -> int:
    """Raised by a household, looked at, and stood behind by others. The matter's id."""
    matter = actions.raise_matter(
        place.community_id, kind=Kind.REQUEST, voice=Voice.RESIDENT, title="2 栋单元门关不严，夜里不安全",
        text="新装的单元门风一大就关不上，老人起夜听见有人进来。希望换个管用的闭门器。",
        resident_id=place.lead, flat_id=place.flat("1-1-302"), client_key=key(), actor=place.lead_actor,
        now=place.at(RAISED, 20),
    )  # fmt: skip
    place.pass_what_waits(place.at(RAISED + 1, 9))
    bound = place.residents()
    for number, address in enumerate(SUPPORTED_BY):
        flat_id = place.flat(address)
        if flat_id in bound:
            actions.support(
                matter.id, community_id=place.community_id, flat_id=flat_id, resident_id=bound[flat_id],
                actor=resident_actor(bound[flat_id]), now=place.at(RAISED + 1 + number, 20),
            )  # fmt: skip
    return matter.id


def _meet(place: Place, matter_id: int) -> None:
    where = {"community_id": place.community_id}
    meeting = actions.prepare_meeting(
        place.community_id, title="改造后第一次议事会", place="1 栋一楼活动室", starts_at=place.at(MET, 19),
        client_key=key(), actor=place.clerk, now=place.at(MET - 6),
    )  # fmt: skip
    first = actions.plan_point(
        meeting.id, matter_id=matter_id, words="", actor=place.clerk, now=place.at(MET - 6, 11), **where
    )
    second = actions.plan_point(
        meeting.id,
        matter_id=None,
        words="门前停车怎么排",
        actor=place.clerk,
        now=place.at(MET - 6, 11),
        **where,
    )
    actions.announce_meeting(meeting.id, actor=place.clerk, now=place.at(MET - 6, 15), **where)
    written = place.at(MET + 1)
    actions.write_minutes(
        meeting.id, text=MINUTES, came={Group.RESIDENTS: 14, Group.NEIGHBOURHOOD: 2, Group.COMPANY: 1},
        sheet_id=place.photo("签到表", written), client_key=key(), actor=place.clerk, now=written, **where,
    )  # fmt: skip
    done = _resolve(place, meeting.id, first.id, "给 2 栋单元门换闭门器", china_day(place.at(MET + 7)))
    _resolve(place, meeting.id, second.id, "在门前画好停车位，留出消防通道", china_day(place.at(20)))
    _hand_over(place, matter_id)
    finished = place.at(MET + 5, 17)
    actions.record_outcome(
        done, outcome=Outcome.DONE, done_on=china_day(finished), words="换好了，住户试过，关得严。", client_key=key(),
        actor=place.clerk, now=finished, **where,
    )  # fmt: skip


def _resolve(place: Place, meeting_id: int, point_id: int, what: str, due_on: date) -> int:
    return actions.resolve(
        meeting_id, community_id=place.community_id, point_id=point_id, what=what, who="物业公司", due_on=due_on,
        client_key=key(), actor=place.clerk, now=place.at(MET + 1, 11),
    ).id  # fmt: skip


def _hand_over(place: Place, matter_id: int) -> None:
    """It became a ticket, which the company closed and the household confirmed."""
    new = NewTicket(
        place.community_id, Category.SECURITY, Source.ON_BEHALF, key(), words="议事会定的：单元门换闭门器。",
        facility_id=place.facility(GATE), reporter_id=place.lead,
    )  # fmt: skip
    row = tickets.report(new, actor=place.clerk, now=place.at(MET + 1, 12))
    actions.link_matter(
        matter_id, community_id=place.community_id, kind=LinkKind.TICKET, target_id=row.id, actor=place.clerk,
        now=place.at(MET + 1, 12),
    )  # fmt: skip
    worked = place.at(MET + 5, 10)
    tickets.accept(row.id, tickets.Step(place.manager, place.at(MET + 1, 13), key()))
    tickets.dispatch(row.id, tickets.Step(place.manager, place.at(MET + 1, 14), key()), worker="刘师傅")
    tickets.arrive(row.id, tickets.Step(place.manager, worked, key()))
    photo = place.photo("换好的闭门器", worked)
    tickets.finish(
        row.id,
        tickets.Step(place.manager, place.at(MET + 5, 11), key(), "换了新的闭门器，关得严了。", [photo]),
    )
    tickets.confirm(row.id, tickets.Step(place.lead_actor, place.at(MET + 5, 16), key()))


def _ask_further(place: Place) -> None:
    """One that was answered, and one that still waits for its answer."""
    asked = actions.raise_matter(
        place.community_id, kind=Kind.QUESTION, voice=Voice.RESIDENT, title="停车费收了多少，用在哪里",
        text="门前的停车位收了费，想知道收了多少、用到哪里去了。", resident_id=place.lead,
        flat_id=place.flat("1-1-302"), client_key=key(), actor=place.lead_actor, now=place.at(-14, 20),
    )  # fmt: skip
    actions.answer_matter(
        asked.id, community_id=place.community_id, text="收支记在“公共收益”里，半年公布一次，刚刚公布过。",
        answered_as="物业公司", client_key=key(), actor=place.manager, now=place.at(-5, 11),
    )  # fmt: skip
    place.pass_what_waits(place.at(-13, 9))
    actions.raise_matter(
        place.community_id, kind=Kind.SUGGESTION, voice=Voice.COMPANY, title="晾衣绳统一装到楼后",
        text="门前晾衣挡路，物业可以在楼后统一装晾衣架。大家看行不行。", client_key=key(), actor=place.manager,
        now=place.at(-3, 15),
    )  # fmt: skip
