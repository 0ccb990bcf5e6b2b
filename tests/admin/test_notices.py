import io
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image

from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger.models import Community
from server.messages import queries as messages
from server.messages.rules import Recipient
from server.notices import queries
from server.notices.actions import raise_objection
from server.notices.models import Notice
from server.notices.rules import NoticeKind
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories.identity import make_resident, make_staff, sign_in_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.notices import NOW, make_notice, make_objection

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def community(client: FlaskClient) -> Community:
    """The clerk of this community is signed in."""
    community = make_community("一号院")
    sign_in_staff(client, make_staff(Role.CLERK, community=community, name="王经办"))
    return community


def base(community: Community) -> str:
    return f"/admin/communities/{community.id}/notices"


def page_of(notice: Notice) -> str:
    return f"/admin/communities/{notice.community_id}/notices/{notice.id}"


TYPED = {
    "title": "入户调查结果公示",
    "text": "共 60 户，答了 52 户。\n同意 49 户。",
    "opens_on": "2026-03-02",
    "issuer": "居委会",
}


def test_a_clerk_posts_a_notice_and_every_home_is_told(client: FlaskClient, community: Community) -> None:
    flat = make_flat(community)
    answer = post_form(client, f"{base(community)}/new", base(community), TYPED)
    assert answer.status_code == 302
    (notice,) = queries.notices(community.id).items
    assert (notice.title, notice.last_on.isoformat()) == ("入户调查结果公示", "2026-03-09")
    (home,) = messages.printable(community.id, NOW)
    assert (home.flat_id, home.letters[0].link) == (flat.id, f"/notices/{notice.id}")
    page = client.get(answer.location).text
    assert "正在公示" in page
    assert "答了 52 户" in page
    assert "公示期到 3 月 9 日 24:00 才满" in page
    assert "0851-85551234" in page


def test_sending_the_form_twice_posts_and_tells_once(client: FlaskClient, community: Community) -> None:
    make_flat(community)
    for _ in range(2):
        post_form(client, f"{base(community)}/new", base(community), {**TYPED, "client_key": "same-key"})
    assert queries.notices(community.id).total == 1
    assert len(messages.printable(community.id, NOW)[0].letters) == 1


def test_a_wrong_form_comes_back_with_what_was_typed(client: FlaskClient, community: Community) -> None:
    answer = post_form(client, f"{base(community)}/new", base(community), {**TYPED, "title": "", "days": "3"})
    assert answer.status_code == 422
    assert "同意 49 户" in answer.text
    short = post_form(client, f"{base(community)}/new", base(community), {**TYPED, "days": "3"})
    assert short.status_code == 422
    assert "至少要贴到 2026 年 3 月 9 日" in short.text
    assert queries.notices(community.id).total == 0


def test_the_list_shows_states_and_what_waits(client: FlaskClient, community: Community) -> None:
    assert "还没有贴过公示" in client.get(base(community)).text
    make_objection(make_notice(community, title="屋顶公示"))
    make_notice(community, title="改天的", opens_on=NOW.date() + timedelta(days=3))
    page = client.get(base(community)).text
    assert "1 条待答复" in page
    assert "还没开始" in page


def test_an_objection_on_paper_is_entered_masked_and_answered(
    client: FlaskClient, community: Community
) -> None:
    flat, notice = make_flat(community, "3", "2", "501"), make_notice(community)
    entered = post_form(
        client,
        page_of(notice),
        f"{page_of(notice)}/objections",
        {"text": "工期太长了", "channel": "paper", "received_at": "2026-03-02T08:30", "author_name": "王小明",
         "building": "3", "entrance": "2", "room": "501"},
    )  # fmt: skip
    assert entered.status_code == 302
    (objection,) = queries.objections(notice.id)
    assert objection.raised_at == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    shown = client.get(page_of(notice)).text
    assert "王小明" not in shown
    assert "王**" in shown
    one = f"{page_of(notice)}/objections/{objection.id}"
    assert "王小明" not in client.get(one).text
    assert (
        post_form(client, one, f"{one}/answer", {"answer": "缩短到 20 天", "is_upheld": "true"}).status_code
        == 302
    )
    assert queries.objections(notice.id)[0].is_upheld is True
    (home,) = messages.printable(community.id, NOW)
    assert (home.flat_id, home.letters[0].kind) == (flat.id, "notices.answered")
    assert "缩短到 20 天" in client.get(one).text
    again = post_form(client, page_of(notice), f"{one}/answer", {"answer": "再改", "is_upheld": "false"})
    assert again.status_code == 409


def test_whoever_objected_by_phone_is_told_of_the_answer(client: FlaskClient, community: Community) -> None:
    notice, resident = make_notice(community), make_resident(make_flat(community))
    objection = make_objection(notice)
    with unit_of_work():
        mine = raise_objection(
            notice.id, text="太吵", resident_id=resident.id, flat_id=None, client_key="r-1",
            actor=Actor(ActorKind.RESIDENT, resident.id, "居民"), now=NOW,
        )  # fmt: skip
    one = f"{page_of(notice)}/objections/{mine.id}"
    post_form(client, one, f"{one}/answer", {"answer": "夜里不施工", "is_upheld": "false"})
    assert messages.inbox([Recipient.resident(resident.id)]).total == 1
    assert queries.objection(objection.id).is_open


def test_a_late_or_misdirected_objection_is_refused_on_the_page(
    client: FlaskClient, community: Community, clock: Clock
) -> None:
    notice = make_notice(community)
    clock.set(notice.ends_at + timedelta(hours=1))
    typed = {"text": "晚了", "channel": "phone", "received_at": "2026-03-10T00:00"}
    late = post_form(client, page_of(notice), f"{page_of(notice)}/objections", typed)
    assert late.status_code == 422
    assert "公示期已经过了" in late.text
    in_time = {**typed, "received_at": "2026-03-09T23:59", "room": "999", "building": "9"}
    nowhere = post_form(client, page_of(notice), f"{page_of(notice)}/objections", in_time)
    assert nowhere.status_code == 422
    assert "没有找到这套房" in nowhere.text
    del in_time["room"], in_time["building"]
    assert post_form(client, page_of(notice), f"{page_of(notice)}/objections", in_time).status_code == 302


def test_withdrawing_shows_the_reason_and_a_vote_s_notice_is_withdrawn_elsewhere(
    client: FlaskClient, community: Community
) -> None:
    notice = make_notice(community, kind=NoticeKind.GENERAL)
    assert post_form(client, page_of(notice), f"{page_of(notice)}/withdraw", {}).status_code == 422
    assert (
        post_form(client, page_of(notice), f"{page_of(notice)}/withdraw", {"reason": "数字错了"}).status_code
        == 302
    )
    assert "数字错了" in client.get(page_of(notice)).text
    of_a_vote = make_notice(community, kind=NoticeKind.BALLOT_ANNOUNCEMENT, about_kind="ballot", about_id=7)
    refused = post_form(client, page_of(of_a_vote), f"{page_of(of_a_vote)}/withdraw", {"reason": "x"})
    assert refused.status_code == 409
    assert not queries.notice(of_a_vote.id).is_withdrawn


def test_where_the_paper_hangs_is_recorded_with_a_photo(client: FlaskClient, community: Community) -> None:
    notice = make_notice(community)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    picture.seek(0)
    typed = {"place": "3 栋门口", "posted_at": "2026-03-02T08:00", "photo": (picture, "paper.png")}
    assert post_form(client, page_of(notice), f"{page_of(notice)}/postings", typed).status_code == 302
    (posting,) = queries.postings(notice.id)
    shown = client.get(f"{page_of(notice)}/postings/{posting.id}/photo")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert "3 栋门口" in client.get(page_of(notice)).text
    broken = {"place": "1 栋", "posted_at": "2026-03-02T08:00", "photo": (io.BytesIO(b"no picture"), "x.png")}
    assert post_form(client, page_of(notice), f"{page_of(notice)}/postings", broken).status_code == 422
    assert client.get(f"{page_of(notice)}/postings/999/photo").status_code == 404


def test_the_sheet_and_the_poster_print(client: FlaskClient, community: Community) -> None:
    notice = make_notice(community, title="屋顶维修公示")
    for sheet in ("print", "poster"):
        page = client.get(f"{page_of(notice)}/{sheet}")
        assert page.status_code == 200
        assert "屋顶维修公示" in page.text
        assert '<svg class="qr"' in page.text


def test_what_only_informs_is_called_gonggao_and_never_gongshi(
    client: FlaskClient, community: Community
) -> None:
    informs = make_notice(
        community,
        kind=NoticeKind.BALLOT_ANNOUNCEMENT,
        title="屋顶维修表决",
        about_kind="ballot",
        about_id=7,
    )
    main = client.get(page_of(informs)).text.partition('<main id="main"')[2]
    assert "打印公告" in main and "正在公告" in main and "公告时间" in main
    assert "公示" not in main
    assert "公告时间" in client.get(f"{page_of(informs)}/print").text
    invites = client.get(page_of(make_notice(community))).text
    assert "打印公示" in invites and "公示时间" in invites


def test_another_communitys_notice_answers_as_one_that_does_not_exist(
    client: FlaskClient, community: Community
) -> None:
    foreign = make_notice()
    objection = make_objection(foreign)
    for address in (
        page_of(foreign),
        f"{base(community)}/{foreign.id}",
        f"{base(community)}/{foreign.id}/print",
        f"{base(community)}/{make_notice(community).id}/objections/{objection.id}",
    ):
        assert client.get(address).status_code == 404, address


def test_a_reader_sees_but_does_not_post(client: FlaskClient, community: Community) -> None:
    notice = make_notice(community)
    sign_in_staff(client, make_staff(Role.STREET_OFFICER, division="520102"))
    assert client.get(page_of(notice)).status_code == 200
    assert client.get(f"{base(community)}/new").status_code == 403
    assert "撤下这份公示" not in client.get(page_of(notice)).text
