"""A request sent twice has one effect: the second finds the first's row by its client key."""

import hashlib
import json
from functools import lru_cache
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from server.infra import crypto
from server.infra.db import Keyed, db
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid

K = TypeVar("K", bound=Keyed)
LONGEST_KEY = 80


def digest(actor: Actor, *asked: Any) -> str:
    """A keyed hash of who asks for what; the same key from another person is thus another request.

    Keyed, because what is asked may be a name with four digits: whoever holds a plain hash of that finds it by trying.
    """
    text = json.dumps([actor.key, *asked], sort_keys=True, ensure_ascii=False, default=str)
    # Half a surrogate pair is refused by whoever reads the text, with a sentence; here it must not stop the request.
    return crypto.lookup("replay", hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()).hex()


@lru_cache
def _by_key(model: Any) -> sa.Select[Any]:
    return sa.select(model).where(model.client_key == sa.bindparam("client_key"))


def earlier(model: type[K], client_key: str, client_digest: str) -> K | None:
    """The row an earlier request with this key made, or None. Raises Conflict where the key came with another body."""
    check_key(client_key)
    row: K | None = db.session.scalar(_by_key(cast(Any, model)), {"client_key": client_key})
    if row is not None:
        check_same(row.client_digest, client_digest)
    return row


def check_same(known: str | None, client_digest: str) -> None:
    """Raises Conflict where the key came with another body."""
    if known != client_digest:
        raise Conflict("这个请求编号已经用在另一份内容上。请刷新页面，重新提交。", code="client_key_reused")


def own_key(kind: str, number: int) -> str:
    """A key for what the house asks of itself, the same each time. Clients choose theirs, and could take one that they can
    guess: what the house asks for would then be refused as theirs.
    """
    return crypto.lookup("own-key", f"{kind}:{number}").hex()


def check_key(client_key: str) -> None:
    if not client_key or len(client_key) > LONGEST_KEY:
        raise Invalid("请求编号缺失或太长。请刷新页面再试。", fields={"client_key": ["1 到 80 个字符。"]})
