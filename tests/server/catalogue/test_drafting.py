from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.audit.models import AuditEntry
from server.catalogue import actions, queries
from server.catalogue.rules import ItemClass, Stage
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from tests.factories.catalogue import (
    NOW,
    PROVINCES,
    TODAY,
    begin,
    consent,
    file,
    get_item,
    make_item,
    make_list,
    make_list_in_force,
    text,
)
from tests.factories.divisions import get_division

pytestmark = pytest.mark.usefixtures("clock")
BY: dict[str, Any] = {"actor": COMMAND, "now": NOW}
NANMING, YUNYAN, GUIYANG, ZUNYI = "520102", "520103", "5201", "5203"


def held(code: str, on: date = TODAY) -> int | None:
    found = queries.version(on, get_division(code).path)
    return found.id if found else None


def test_a_local_list_is_copied_whole_and_changes_alone() -> None:
    draft = make_list()
    copied = queries.items_of(draft.id)
    assert [row.text for row in copied] == [row.text for row in queries.items_of(PROVINCES)]
    assert draft.based_on_id == PROVINCES
    light = get_item("B11", draft.id)
    with unit_of_work():
        actions.change_item(
            draft.id, light.id, replace(light.text, item_class=ItemClass.BETTER), picture_id=None, **BY
        )
    assert get_item("B11", draft.id).item_class is ItemClass.BETTER
    assert get_item("B11").item_class is ItemClass.BASIC


def test_items_stand_class_by_class() -> None:
    draft = make_list(based_on=None)
    make_item(draft, code="T01", item_class=ItemClass.UPLIFT)
    make_item(draft, code="B01")
    make_item(draft, code="W01", item_class=ItemClass.BETTER)
    make_item(draft, code="B02")
    rows = queries.items_of(draft.id)
    assert [(row.position, row.code) for row in rows] == [(1, "B01"), (2, "B02"), (3, "W01"), (4, "T01")]


def test_only_consented_filed_and_begun_lists_are_used() -> None:
    draft = make_list(NANMING)
    assert held(NANMING) == PROVINCES
    consent(draft)
    assert held(NANMING) == PROVINCES
    file(draft)
    assert held(NANMING) == PROVINCES
    begin(draft, date(2026, 3, 10))
    assert held(NANMING, date(2026, 3, 9)) == PROVINCES
    assert held(NANMING, date(2026, 3, 10)) == draft.id
    assert held(YUNYAN, date(2026, 3, 10)) == PROVINCES


def test_a_community_uses_its_countys_list_else_its_citys_else_the_provinces() -> None:
    city = make_list_in_force(GUIYANG)
    county = make_list_in_force(NANMING)
    assert held("520102028") == county.id
    assert held("520103024") == city.id
    assert held(ZUNYI) == PROVINCES


def test_the_next_version_takes_over_on_its_day() -> None:
    first = make_list_in_force()
    second = make_list_in_force(on=date(2026, 4, 1))
    assert (held(NANMING), held(NANMING, date(2026, 4, 1))) == (first.id, second.id)
    stages = [queries.stage_of(one, day) for one in (first, second) for day in (TODAY, date(2026, 4, 1))]
    assert stages == [Stage.IN_FORCE, Stage.PAST, Stage.COMING, Stage.IN_FORCE]


def test_where_a_local_list_is_ended_the_higher_one_holds_again() -> None:
    county = make_list_in_force(NANMING)
    day = date(2026, 4, 1)
    with pytest.raises(Invalid), unit_of_work():
        actions.end_version(county.id, ends_on=day, reason=" ", **BY)
    with unit_of_work():
        actions.end_version(county.id, ends_on=day, reason="改用省里统一的清单", **BY)
    assert (held(NANMING, date(2026, 3, 31)), held(NANMING, day)) == (county.id, PROVINCES)
    assert queries.stage_of(county, day) is Stage.ENDED
    with pytest.raises(Refused, match="已经定了"), unit_of_work():
        actions.end_version(county.id, ends_on=day, reason="再停一次", **BY)
    again = make_list_in_force(NANMING, on=date(2026, 5, 1))
    assert (held(NANMING, date(2026, 4, 30)), held(NANMING, date(2026, 5, 1))) == (PROVINCES, again.id)


def test_what_the_government_consented_to_does_not_change() -> None:
    draft = make_list()
    row = get_item("B11", draft.id)
    consent(draft)
    for act in (
        lambda: actions.change_item(draft.id, row.id, row.text, picture_id=None, **BY),
        lambda: actions.add_item(draft.id, text(), picture_id=None, client_key="late", **BY),
        lambda: actions.remove_item(draft.id, row.id, **BY),
        lambda: actions.change_heading(draft.id, name="别的", source="别的", price_source="", **BY),
    ):
        with pytest.raises(Refused, match="先退回起草"), unit_of_work():
            act()
    with unit_of_work():
        actions.return_to_draft(draft.id, reason="省里要求补充", **BY)
    assert (draft.approved_on, draft.approved_by) == (None, "")
    with unit_of_work():
        actions.remove_item(draft.id, row.id, **BY)
    assert "B11" not in [one.code for one in queries.items_of(draft.id)]
    assert "B11" in [one.code for one in queries.items_of(PROVINCES)]


def test_the_provinces_next_list_needs_no_consent_and_no_filing() -> None:
    draft = make_list("52")
    with pytest.raises(Refused, match="由省印发"):
        consent(draft)
    begin(draft)
    assert held(ZUNYI) == draft.id


def test_an_empty_list_is_not_consented_to() -> None:
    with pytest.raises(Refused, match="还不完整"):
        consent(make_list(based_on=None))


def test_a_discarded_draft_stays_on_record_and_goes_no_further() -> None:
    draft = make_list()
    with unit_of_work():
        actions.discard_version(draft.id, **BY)
    assert queries.stage_of(draft, TODAY) is Stage.DISCARDED
    with pytest.raises(Refused, match="已作废"):
        consent(draft)
    with pytest.raises(Refused, match="不能作废"), unit_of_work():
        actions.discard_version(draft.id, **BY)
    settled = make_list_in_force()
    with pytest.raises(Refused, match="不能作废"), unit_of_work():
        actions.discard_version(settled.id, **BY)


def test_the_same_request_twice_makes_one_list_and_one_item() -> None:
    sent = {"name": "清单", "source": "起草稿", "based_on_id": None, "client_key": "once", **BY}
    here = get_division(NANMING).id
    with unit_of_work():
        first = actions.draft_version(here, **sent)
    with unit_of_work():
        assert actions.draft_version(here, **sent).id == first.id
        with pytest.raises(Conflict):
            actions.draft_version(here, **(sent | {"name": "另一份"}))
    for _ in range(2):
        with unit_of_work():
            actions.add_item(first.id, text(), picture_id=None, client_key="item", **BY)
    assert len(queries.items_of(first.id)) == 1


def test_names_and_codes_are_given_once() -> None:
    make_list(name="南明清单")
    with pytest.raises(Invalid) as error:
        make_list(name=" 南明清单 ")
    assert "name" in error.value.fields
    other = make_list(YUNYAN, name="南明清单")
    with pytest.raises(Invalid) as error:
        make_item(other, code="B01")
    assert "code" in error.value.fields
    with unit_of_work():
        actions.change_heading(
            other.id, name="南明清单", source="云府发〔2026〕1 号", price_source="造价信息", **BY
        )
    assert (other.source, other.price_source) == ("云府发〔2026〕1 号", "造价信息")


@pytest.mark.parametrize("field", ["name", "source"])
def test_a_list_says_what_it_is_and_where_from(field: str) -> None:
    sent = {"name": "清单", "source": "起草稿", field: " "}
    with pytest.raises(Invalid) as error, unit_of_work():
        actions.draft_version(get_division(NANMING).id, **sent, based_on_id=None, client_key="k", **BY)
    assert list(error.value.fields) == [field]


def test_streets_write_no_list_and_nothing_is_found_that_is_not_there() -> None:
    with pytest.raises(Refused, match="县（市、区）来定"):
        make_list("520102028")
    with pytest.raises(NotFound):
        make_list(based_on=999_999)
    with pytest.raises(NotFound), unit_of_work():
        actions.draft_version(999_999, name="a", source="b", based_on_id=None, client_key="k", **BY)
    with pytest.raises(NotFound), unit_of_work():
        actions.put_in_force(999_999, valid_from=TODAY, **BY)
    draft, of_another = make_list(), get_item("B01")
    with pytest.raises(NotFound), unit_of_work():
        actions.remove_item(draft.id, of_another.id, **BY)


def test_a_list_holds_no_more_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_ITEMS", 1)
    draft = make_list(based_on=None)
    make_item(draft)
    with pytest.raises(Refused, match="最多 1 样"):
        make_item(draft, code="B91")


def test_each_step_is_on_record_with_what_changed() -> None:
    draft = make_list_in_force()
    verbs = [
        row.verb for row in db.session.query(AuditEntry).order_by(AuditEntry.id) if row.object_id == draft.id
    ]
    steps = ("draft", "record_consent", "record_filing", "put_in_force")
    assert verbs == [f"catalogue.{step}" for step in steps]


def test_cards_stand_on_one_line_with_a_place() -> None:
    own, beside, above = make_list(NANMING), make_list(YUNYAN), make_list_in_force(GUIYANG)
    shown = [card.version.id for card in queries.cards(TODAY, get_division(NANMING).path)]
    assert shown == [PROVINCES, above.id, own.id]
    everything = {card.version.id for card in queries.cards(TODAY, get_division("52").path)}
    assert everything == {PROVINCES, above.id, own.id, beside.id}
