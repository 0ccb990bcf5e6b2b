"""A writer whom WeChat's mini program knows, for the checks of what residents put forward."""

import pytest

from tests.factories.ledger import make_community, make_flat
from tests.factories.wechat import make_reachable


@pytest.fixture
def community(wechat, clock):
    return make_community()


@pytest.fixture
def writer(wechat, community):
    """A resident who was in the mini program just now."""
    wechat.state.note_seen(wechat.openid("wang"))
    return make_reachable(make_flat(community), person="wang")
