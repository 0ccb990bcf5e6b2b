"""Papers and their templates, as browsers send them: given out, read, printed, checked by a stranger; good and bad templates."""

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.decisions import queries
from server.decisions.models import IssuedPaper
from server.decisions.rules.papers import OURS, PaperKind, TemplateSource
from server.identity.rules import ALLOWED, Permission, Role
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories import decisions as made
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.papers import docx, part_of, put, text_of, with_parts
from tests.factories.surveys import (
    ANSWERS,
    WHOLE,
    answer,
    form_of,
    make_asked,
    make_open_survey,
    question,
)

NANMING, YUNYAN, GUIYANG, GUIZHOU = "520102", "520103", "5201", "52"


@pytest.fixture
def decided(clock: Clock, client: FlaskClient) -> Community:
    """Asked, voted, decided and signed; its clerk is signed in."""
    counted = made.make_counted(("for", "for", "for", "for", "for", "against"))
    survey = make_open_survey(counted.community, WHOLE)
    for flat in counted.flats[:5]:
        answer(survey, flat, ANSWERS)
    made.make_final(counted)
    clock.set(made.OVER)
    sign_in_staff(client, make_staff(Role.CLERK, community=counted.community, name="王经办"))
    return counted.community


def page(community: Community) -> str:
    return f"/admin/communities/{community.id}/papers"


def issue(client: FlaskClient, community: Community, kind: str, **more: object) -> TestResponse:
    decision = queries.lines(community.id, made.OVER)[0].decision
    asked = {"kind": kind, "decision_id": "" if kind == "application" else decision.id, **more}
    return post_form(client, page(community), page(community), asked)


def issued(client: FlaskClient, community: Community, kind: str) -> IssuedPaper:
    answer_ = issue(client, community, kind)
    assert answer_.status_code == 302, answer_.text
    return queries.papers_of(community.id)[0]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("decision", ("加装电梯", "通过", "第二百七十八条", "300.00 ㎡")),
        ("result", ("表决结果公示", "公示时间", "加装电梯", "300.00 ㎡")),
        ("application", ("改造申请报告", "答了 5 / 6 户", "还没有登记", "6 / 6 人", "支持")),
    ],
)
def test_each_paper_is_a_page_a_print_and_a_word_file_with_its_code(
    client: FlaskClient, decided: Community, kind: str, wanted: tuple[str, ...]
) -> None:
    row = issued(client, decided, kind)
    here = f"{page(decided)}/{row.id}"
    word = text_of(client.get(f"{here}/paper.docx").data)
    for text in (client.get(here).text, client.get(f"{here}/print").text, word):
        missing = [one for one in (*wanted, row.code[:4], row.title) if one not in text]
        assert missing == []
    assert "{{" not in word and "{%" not in word
    assert row.template_words == OURS and row.template_words in client.get(here).text


@pytest.mark.parametrize("kind", ["decision", "result", "application"])
def test_a_stranger_checks_the_code_and_reads_what_the_paper_says_without_small_figures(
    client: FlaskClient, decided: Community, kind: str
) -> None:
    row = issued(client, decided, kind)
    stranger = client.application.test_client()
    answer_ = stranger.get(f"/v/{row.code[:4]}-{row.code[4:]}".lower())
    assert answer_.status_code == 200
    for wanted in ("查到了", row.title, "加装电梯", decided.name):
        assert wanted in answer_.text
    assert f'href="/communities/{decided.id}"' in answer_.text
    # Six owners: areas only in whole per cent; five households: what each of them wants is hidden.
    for hidden in ("300.00", "360.00", "王经办", "张三", "5 / 5 户"):
        assert hidden not in answer_.text
    assert stranger.get(f"/v/{row.code[::-1]}").status_code == 404


def test_the_check_page_of_an_application_tells_each_wish_with_its_base(
    client: FlaskClient, clock: Clock
) -> None:
    options = [{"value": code, "title": name} for code, name in (("B-01", "修路"), ("B-02", "换水管"))]
    survey, flats = make_asked(
        form_of(question("items", "items", title="想改哪些", at_most=2, options=options)), flats=24
    )
    for place, flat in enumerate(flats[:22]):
        answer(survey, flat, {"items": ["B-02"] if place < 14 else ["B-01"]})
    clock.set(made.OVER)
    community = db.session.get_one(Community, survey.community_id)
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    asked = {"kind": "application", "decision_id": ""}
    assert post_form(client, page(community), page(community), asked).status_code == 302
    (row,) = queries.papers_of(community.id)
    told = client.application.test_client().get(f"/v/{row.code}").text
    wishes = told[told.rindex("想改哪些") :].split("花费和资金")[0]
    assert "问了 22 户" in wishes and "14 / 22 户" in wishes and "8 / 22 户" in wishes
    assert wishes.index("换水管") < wishes.index("修路")


def test_a_later_paper_says_so_on_the_earlier_one(client: FlaskClient, decided: Community) -> None:
    first = issued(client, decided, "application")
    assert "已经被代替" not in client.get(f"/v/{first.code}").text
    second = issued(client, decided, "application")
    assert second.number == 2
    assert "已经被代替" in client.get(f"/v/{first.code}").text
    assert "后面又出了第 2 份" in client.get(f"{page(decided)}/{first.id}").text
    assert "已经被代替" not in client.get(f"/v/{second.code}").text


def test_a_paper_keeps_what_it_said_when_things_move_on(client: FlaskClient, decided: Community) -> None:
    row = issued(client, decided, "application")
    before = client.get(f"{page(decided)}/{row.id}/paper.docx").data
    with unit_of_work():
        db.session.get_one(Community, decided.id).name = "改了名的院子"
    assert client.get(f"{page(decided)}/{row.id}/paper.docx").data == before
    assert "改了名" not in text_of(before)


def test_the_same_form_sent_twice_gives_out_one_paper(client: FlaskClient, decided: Community) -> None:
    for _ in range(2):
        assert issue(client, decided, "application", client_key="twice").status_code == 302
    assert len(queries.papers_of(decided.id)) == 1


@pytest.mark.parametrize("number", ["9" * 23, str(2**63), "-1", "x"])
def test_a_decision_that_no_table_could_hold_is_refused(
    client: FlaskClient, decided: Community, number: str
) -> None:
    assert issue(client, decided, "decision", decision_id=number).status_code in {404, 422}
    assert queries.papers_of(decided.id) == []


def test_a_decision_is_given_out_when_signed_and_a_result_when_hung(
    client: FlaskClient, clock: Clock
) -> None:
    counted = made.make_counted(("for",) * 6)
    row = made.make_draft(counted)
    clock.set(made.PUBLISHED)
    sign_in_staff(client, make_staff(Role.CLERK, community=counted.community))
    early = issue(client, counted.community, "result")
    assert early.status_code == 409 and "还没有公示的结果" in early.text
    made.publish(row)
    assert issue(client, counted.community, "result").status_code == 302
    unsigned = issue(client, counted.community, "decision")
    assert unsigned.status_code == 409 and "还没有签发" in unsigned.text
    assert (
        post_form(client, page(counted.community), page(counted.community), {"kind": "x"}).status_code == 422
    )
    lost = post_form(
        client, page(counted.community), page(counted.community), {"kind": "result", "decision_id": 987}
    )
    assert lost.status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_and_gives_out_what_the_table_says(
    client: FlaskClient, decided: Community, role: Role
) -> None:
    row = issued(client, decided, "application")
    sign_in_staff(client, make_staff(role, community=decided))
    sees, known = role in ALLOWED[Permission.SEE_DECISION], role in ALLOWED[Permission.SEE_COMMUNITY]
    expected = 200 if sees else 403 if known else 404
    for path in ("", f"/{row.id}", f"/{row.id}/print", f"/{row.id}/paper.docx"):
        assert client.get(page(decided) + path).status_code == expected, path
    if sees:
        assert ("出申请报告" in client.get(page(decided)).text) is (role in ALLOWED[Permission.ISSUE_PAPER])


# ------------------------------------------------------------------ templates


def templates(code: str, kind: str = "application") -> str:
    return f"/admin/divisions/{get_division(code).id}/paper-templates/{kind}"


def as_officer(client: FlaskClient, code: str = NANMING, role: Role = Role.COUNTY_OFFICER) -> None:
    sign_in_staff(client, make_staff(role, division=code))


def upload(
    client: FlaskClient, data: bytes, *, code: str = NANMING, kind: str = "application", **more: object
) -> TestResponse:
    here = templates(code, kind)
    return post_form(client, here, here, {"file": (io.BytesIO(data), "我们的模板.docx"), **more})


OWN = docx(
    "我们县的报告：{{ title }}",
    "{%p for x in needs %}",
    "{{ x.title }}",
    "{%p endfor %}",
    "{{ verify }}",
    "{{ qr }}",
)


def test_an_office_puts_its_own_template_in_place_and_papers_keep_its_version(
    client: FlaskClient, decided: Community
) -> None:
    before = issued(client, decided, "application")
    as_officer(client)
    answer_ = upload(client, OWN)
    assert answer_.status_code == 302, answer_.text
    assert "第 1 版" in client.get(templates(NANMING)).text
    sign_in_staff(client, make_staff(Role.CLERK, community=decided))
    after = issued(client, decided, "application")
    assert "的模板（第 1 版）" in after.template_words
    assert "我们县的报告" in text_of(queries.paper_document(after.id))
    assert before.template_words == OURS
    as_officer(client)
    here = templates(NANMING)
    assert post_form(client, here, f"{here}/back", {"source": "ours"}).status_code == 302
    sign_in_staff(client, make_staff(Role.CLERK, community=decided))
    assert issued(client, decided, "application").template_words == OURS
    assert "我们县的报告" in text_of(queries.paper_document(after.id))


def test_the_county_comes_before_the_city_and_ours_is_ours_even_below_a_citys(decided: Community) -> None:
    path = queries.whereabouts(decided.id, made.OVER).division_path

    def words() -> str:
        return queries.template_for(PaperKind.APPLICATION, path).words

    city, county = get_division(GUIYANG), get_division(NANMING)
    put(get_division(YUNYAN).id)
    assert words() == OURS
    put(city.id)
    assert words() == f"{city.name}的模板（第 1 版）"
    put(county.id)
    assert words() == f"{county.name}的模板（第 1 版）"
    put(county.id, source=TemplateSource.ABOVE)
    assert words() == f"{city.name}的模板（第 1 版）"
    put(county.id, source=TemplateSource.OURS)
    assert words() == OURS
    assert queries.template_for(PaperKind.RESULT, path).words == OURS


@pytest.mark.parametrize("kind", list(PaperKind))
def test_our_own_templates_pass_the_trial_that_others_are_put_to(
    client: FlaskClient, kind: PaperKind
) -> None:
    as_officer(client)
    ours = client.get(f"/admin/paper-templates/{kind.value}/ours.docx")
    assert ours.status_code == 200
    assert upload(client, ours.data, kind=kind.value).status_code == 302
    (row,) = queries.templates_of(get_division(NANMING).id, kind)
    taken = client.get(f"{templates(NANMING, kind.value)}/{row.id}.docx")
    assert taken.data == ours.data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(
            docx("{{ titel }}"), "模板里写了“titel”，没有这个字段。是不是“title”？", id="unknown-field"
        ),
        pytest.param(
            docx("{% if course %}{{ nmae }}{% endif %}"), "没有这个字段", id="unknown-where-it-is-rare"
        ),
        pytest.param(
            docx("{% for x in needs %}{{ x.ttl }}{% endfor %}"), "没有“ttl”这个字段", id="unknown-part"
        ),
        pytest.param(docx("{{ title"), "花括号里的写法不对", id="a-brace-too-few"),
        pytest.param(docx("{{ needs[0].title }}"), "没有", id="fails-where-a-list-is-empty"),
        pytest.param(docx("{{ qr.tpl.save('/tmp/evil.docx') }}"), "不许用|没有", id="hostile"),
        pytest.param(b"%PDF", "这不是 .docx 文件", id="a-pdf"),
        pytest.param(with_parts(docx("a"), {"word/vbaProject.bin": b"x"}), "文件里有宏", id="a-macro"),
    ],
)
def test_a_wrong_template_is_refused_with_what_is_wrong_and_changes_nothing(
    client: FlaskClient, data: bytes, said: str
) -> None:
    as_officer(client)
    answer_ = upload(client, data)
    assert answer_.status_code == 422
    assert any(one in answer_.text for one in said.split("|"))
    assert queries.templates_of(get_division(NANMING).id, PaperKind.APPLICATION) == []


def test_no_file_at_all_is_asked_for(client: FlaskClient) -> None:
    as_officer(client)
    answer_ = post_form(client, templates(NANMING), templates(NANMING), {})
    assert answer_.status_code == 422 and "选一个 .docx 文件" in answer_.text


def test_templates_are_changed_in_ones_own_reach_only(client: FlaskClient) -> None:
    as_officer(client)
    assert client.get(templates(GUIYANG)).status_code == 200
    assert upload(client, OWN, code=GUIYANG).status_code == 403
    assert client.get(templates(YUNYAN)).status_code == 404
    row = put(get_division(GUIYANG).id)
    assert client.get(f"{templates(NANMING)}/{row.id}.docx").status_code == 404
    assert client.get(templates(NANMING, "nothing")).status_code == 404
    as_officer(client, role=Role.AUDITOR)
    assert "试填并换上" not in client.get(templates(NANMING)).text
    sent = post_form(client, templates(NANMING), f"{templates(NANMING)}/back", {"source": "ours"})
    assert sent.status_code == 403
    as_officer(client)
    own = post_form(client, templates(NANMING), f"{templates(NANMING)}/back", {"source": "own"})
    assert own.status_code == 422


def test_the_field_list_names_every_field_a_template_may_use(client: FlaskClient) -> None:
    as_officer(client)
    text = client.get(templates(NANMING)).text
    for name in ("eligibility_tests", "x.reason", "verify", "drawings_sentence"):
        assert name in text
    assert client.get("/admin/paper-templates").status_code == 302
    assert "文书模板" in client.get(f"/admin/divisions/{get_division(NANMING).id}/paper-templates").text


def test_the_file_that_is_kept_is_the_one_that_was_brought(client: FlaskClient) -> None:
    as_officer(client)
    upload(client, OWN)
    (row,) = queries.templates_of(get_division(NANMING).id, PaperKind.APPLICATION)
    kept = queries.template_document(row.id)
    assert kept is not None
    assert part_of(kept, "word/document.xml") == part_of(OWN, "word/document.xml")
