"""A stand-in for WeChat's servers, on loopback: what the real client is tried and tested against.

It keeps to what WeChat documents, field for field; the page is named beside each endpoint. It fails on demand (`faults`)
and counts what it is asked. It never runs in production and knows nobody real.
"""

from server.infra.wechat.sandbox.application import listen, make_sandbox
from server.infra.wechat.sandbox.state import Fault, State, openid_of, unionid_of

__all__ = ["Fault", "State", "listen", "make_sandbox", "openid_of", "unionid_of"]
