"""The pictures of a matter, on the ticket that it becomes."""

import io

import pytest

from server.attachments import queries as kept_photos
from server.identity.rules import Level, Role
from server.infra.db import unit_of_work
from server.matters import queries
from server.moderation import queries as looked
from server.moderation.actions import pass_text
from server.tickets import queries as tickets
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.identity import make_staff
from tests.factories.matters import look_at, make_matter
from tests.factories.projects import CONFIRMS, NOW, a_picture, make_photo
from tests.factories.tickets import make_ticket
from tests.miniprogram_api.phones import make_phone

pytestmark = pytest.mark.usefixtures("clock")


def at(community, rest=""):
    return f"/admin/communities/{community.id}{rest}"


def test_the_pictures_of_a_matter_go_along_to_its_ticket_and_are_seen_there_as_they_were(
    app, clerk, company, community, neighbours
):
    (flat, _), (other, _) = neighbours
    mine, theirs = (make_phone(app, one, level=Level.REACHED) for one in (flat, other))
    listing = f"/communities/{community.id}/matters"
    told_with = {"kind": "request", "title": "灯不亮", "text": "晚上看不见。"}
    mine.fill(mine.get(f"{listing}/new"), listing, **told_with, photo=(io.BytesIO(a_picture(60)), "a.jpg"))
    (matter,) = (
        card.matter for card in queries.inbox(community.id, NOW, only_owed=True, only_public=False).items
    )
    token = {"csrf_token": mine.csrf(), "photo": (io.BytesIO(a_picture(120)), "b.jpg")}
    mine.post(f"/matters/{matter.id}/photos", token)
    first, second = queries.photos_of(matter.id, only_public=False)
    look_at(matter)
    (item,) = [one for one in looked.waiting(community.id).items if one.attachment_id == first.attachment_id]
    with unit_of_work():
        pass_text(item.id, community_id=community.id, acts_seen=0, actor=CONFIRMS, now=NOW)

    new = f"{at(community, '/tickets')}/new?matter={matter.id}"
    form = clerk.get(new).text
    assert f"/matters/{matter.id}/photos/{first.id}" in form
    assert "2 张照片一起带过来" in form
    sent = {
        "category": "power",
        "source": "on_behalf",
        "words": "灯不亮",
        "matter": str(matter.id),
        "client_key": "k",
    }
    for _ in range(2):
        assert post_form(clerk, new, at(community, "/tickets"), sent).status_code == 302
    ticket = tickets.known(queries.links_of(matter.id)[0].target_id)
    ((carried, waiting),) = tickets.photos(ticket.id).values()
    assert [carried.attachment_id, waiting.attachment_id] == [first.attachment_id, second.attachment_id]

    address = f"/tickets/{ticket.id}"
    assert theirs.api("GET", address).json["photos"] == [carried.id]
    assert theirs.api("GET", f"{address}/photos/{carried.id}").data == kept_photos.content(
        first.attachment_id
    )
    assert theirs.api("GET", f"{address}/photos/{waiting.id}").status_code == 404
    assert mine.api("GET", address).json["photos"] == [carried.id, waiting.id]
    page = at(community, address)
    for one in (carried, waiting):
        assert f"{page}/photos/{one.id}" in company.get(page).text
        assert company.get(f"{page}/photos/{one.id}").content_type == "image/jpeg"


def test_the_pictures_of_a_matter_go_along_to_a_ticket_that_stood_there_already(clerk, community, neighbours):
    (flat, raiser), _ = neighbours
    matter = make_matter(community, flat=flat, resident_id=raiser, photos=[make_photo()])
    bare, ticket = make_matter(community, "灯坏了"), make_ticket(community.id)
    for _ in range(2):
        for one in (matter, bare):
            page = at(community, f"/matters/{one.id}")
            answer = post_form(clerk, page, f"{page}/links", {"target": f"ticket:{ticket.id}"})
            assert answer.status_code == 302
    _, note = tickets.acts(ticket.id)
    assert f"议事会第 {matter.id} 件" in note.note
    ((carried,),) = tickets.photos(ticket.id).values()
    (photo,) = queries.photos_of(matter.id, only_public=False)
    assert (carried.act_id, carried.attachment_id) == (note.id, photo.attachment_id)


def test_a_picture_that_whoever_writes_the_ticket_may_not_see_does_not_go_along(app, community, neighbours):
    (flat, raiser), _ = neighbours
    matter = make_matter(community, flat=flat, resident_id=raiser, photos=[make_photo()])
    member = browser_of(app, make_staff(Role.COMMITTEE_MEMBER, community=community))
    new = f"{at(community, '/tickets')}/new?matter={matter.id}"
    sent = {"category": "power", "source": "on_behalf", "words": "灯不亮", "matter": str(matter.id)}
    assert "一起带过来" not in member.get(new).text
    assert post_form(member, new, at(community, "/tickets"), sent).status_code == 302
    (link,) = queries.links_of(matter.id)
    assert tickets.photos(link.target_id) == {}


def test_whoever_writes_the_ticket_adds_pictures_of_their_own(clerk, community, neighbours):
    (flat, raiser), _ = neighbours
    matter = make_matter(community, flat=flat, resident_id=raiser, photos=[make_photo()])
    new = f"{at(community, '/tickets')}/new?matter={matter.id}"
    sent = {"category": "power", "source": "on_behalf", "words": "灯不亮", "matter": str(matter.id)}
    own = [(io.BytesIO(a_picture(shade)), f"{shade}.jpg") for shade in range(0, 240, 40)]
    refused = post_form(clerk, new, at(community, "/tickets"), sent | {"photo": own})
    assert (refused.status_code, "最多传 6 张照片" in refused.text) == (422, True)
    own = [(io.BytesIO(a_picture(shade)), f"{shade}.jpg") for shade in range(0, 200, 40)]
    assert post_form(clerk, new, at(community, "/tickets"), sent | {"photo": own}).status_code == 302
    (link,) = queries.links_of(matter.id)
    (photos,) = tickets.photos(link.target_id).values()
    assert len(photos) == 6
