"""A new key: whatever may change is sealed with it, and what only grows says that the old one must be kept."""

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from server.infra import crypto, resealing
from server.infra.db import db
from server.ledger.models import Owner
from server.surveys import queries
from server.surveys.models import SurveyPrivate
from server.visits.models import Visit
from tests.factories.ledger import household_of, make_community, make_flat, make_ownership
from tests.factories.surveys import ANSWERS, WHOLE, answer, card_of, make_asked
from tests.factories.visits import make_visit


def reseal(app: APIFlask) -> str:
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["personal", "reseal"])
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    return done.output


@pytest.fixture
def rotate(monkeypatch: pytest.MonkeyPatch):
    """A new key in front of the old one; `rotate(False)` takes the old one away."""
    old = crypto._ring()

    def rotate(*, with_old: bool) -> None:
        ciphers = {**(old.ciphers if with_old else {}), b"k2": crypto.AESGCM(bytes(32))}
        monkeypatch.setattr(crypto._Holder, "ring", crypto.Keyring(ciphers, b"k2", old.lookup_key))

    return rotate


def test_owners_and_sealed_answers_are_sealed_anew_and_the_old_key_may_go(
    app: APIFlask, rotate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    survey, (flat, *_) = make_asked(WHOLE)
    row = answer(survey, flat, {**ANSWERS, "age": "old", "age.consent": True})
    owners = db.session.scalar(sa.select(sa.func.count()).select_from(Owner))
    sealed = db.session.scalar(sa.select(sa.func.count()).select_from(SurveyPrivate))
    assert owners and sealed
    rotate(with_old=True)
    said = reseal(app)
    assert "旧密钥" not in said and f"重新加密了 {owners + sealed} 条" in said
    assert "重新加密了 0 条" in reseal(app)
    rotate(with_old=False)
    assert len([name for name in db.session.scalars(sa.select(Owner.name)) if name]) == owners
    assert queries.whole_answers(row)["age"] == "old"
    assert queries.has_private(survey, card_of(flat).id)


def test_where_a_table_only_grows_the_old_key_is_asked_to_be_kept(app: APIFlask, rotate) -> None:
    community = make_community()
    flat = make_flat(community)
    make_ownership(flat, "张三丰", phone="13800001111")
    make_visit(household_of(flat), community_id=community.id, note="女儿有钥匙")
    rotate(with_old=True)
    said = reseal(app)
    assert "重新加密了 1 条" in said and "visits 1 条" in said and "旧密钥要留着" in said
    assert db.session.scalars(sa.select(Visit.note)).one() == "女儿有钥匙"
