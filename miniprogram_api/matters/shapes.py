"""Matters and meetings in the shapes that calls answer with."""

from datetime import datetime
from typing import Any

from miniprogram_api.matters.following import where_it_went
from miniprogram_api.matters.reading import is_mine, photos_seen, supported
from miniprogram_api.session import Resident
from server.kernel.chinatime import china_day
from server.matters import queries
from server.matters.queries import MatterCard, MeetingCard, ResolutionLine
from server.matters.rules.meetings import came_text


def as_out(card: MatterCard, resident: Resident, behind: set[int]) -> dict[str, Any]:
    row = card.matter
    return {
        "id": row.id,
        "community_id": row.community_id,
        "kind": row.kind.value,
        "kind_name": row.kind.name_zh,
        "voice_name": row.voice.name_zh,
        "title": card.public_title or row.title,
        "state": card.state.value,
        "state_name": card.state.name_zh,
        "homes": card.homes,
        "raised_at": row.raised_at,
        "due_on": row.due_on,
        "is_public": card.is_public,
        "is_mine": is_mine(card, resident),
        "is_supported": row.id in behind,
    }


def whole_out(card: MatterCard, resident: Resident, moment: datetime) -> dict[str, Any]:
    matter_id = card.matter.id
    merge = queries.merge_of(matter_id)
    return {
        **as_out(card, resident, supported([card], resident)),
        "text": card.public_text or card.matter.text,
        "looked_name": "" if card.is_public else card.looked_zh,
        "looked_reason": "" if card.is_public else card.looked_reason,
        "photos": [one.id for one in photos_seen(card, resident)],
        "answers": queries.answers_of(matter_id),
        "meetings": [
            meeting_out(one)
            for one in queries.meetings_of_matter(matter_id, moment)
            if one.meeting.announced_at is not None
        ],
        "resolutions": resolutions_out(queries.resolutions_of_matter(matter_id, china_day(moment))),
        "merged_into": merge.into_id if merge else None,
        "went": [
            {
                "kind": kind.value,
                "kind_name": kind.name_zh,
                "title": where.title,
                "state_name": where.state_zh,
                "href": where.href,
            }
            for kind, where in where_it_went(matter_id, card.matter.community_id)
        ],
    }


def meeting_out(card: MeetingCard) -> dict[str, Any]:
    row = card.meeting
    return {
        "id": row.id,
        "title": row.title,
        "place": row.place,
        "starts_at": row.starts_at,
        "state": card.state.value,
        "state_name": card.state.name_zh,
    }


def resolutions_out(lines: list[ResolutionLine]) -> list[dict[str, Any]]:
    return [
        {
            "what": one.resolution.what,
            "who": one.resolution.who,
            "due_on": one.resolution.due_on,
            "state_name": one.state.name_zh,
            "words": one.acts[-1].words if one.acts else "",
        }
        for one in lines
    ]


def meeting_page_out(card: MeetingCard, moment: datetime) -> dict[str, Any]:
    row = card.meeting
    minutes = queries.minutes_of(row.id)
    lines = queries.resolutions_of(row.community_id, china_day(moment), meeting_id=row.id)
    return {
        **meeting_out(card),
        "agenda": [line.words for line in queries.points_of(row.id, moment)],
        "called_off_reason": row.called_off_reason,
        "minutes": minutes[0].text if minutes else "",
        "came": came_text(minutes[0].heads) if minutes else "",
        "resolutions": resolutions_out(lines),
    }
