"""The few words in which WeChat fails us. Each carries WeChat's own code; none carries an address, a secret or a person."""


class WeChatError(Exception):
    """The base. `code` is WeChat's errcode; for what never came to one, the HTTP status, or 0."""

    def __init__(self, code: int = 0) -> None:
        super().__init__(f"{type(self).__name__} {code}")
        self.code = code

    #: Whether the same call may go better later without anybody doing anything.
    is_passing = False


class NotConfigured(WeChatError):
    """No AppID was entered here."""


class Unreachable(WeChatError):
    """No answer, a late one, a broken one, or WeChat says that it is busy. The call may or may not have had its effect."""

    is_passing = True


class Limited(WeChatError):
    """A quota of calls is used up, for this minute or this day."""

    is_passing = True


class CredentialRefused(WeChatError):
    """Our own token, AppID or secret is not taken, and a new token did not help. An operator must look."""

    is_passing = True


class LoginCodeRefused(WeChatError):
    """The code of a sign-in is unknown, over or used already: the person signs in again."""


class PersonRefused(WeChatError):
    """The person takes no such message: never allowed it, has used the permission up, or does not follow the account."""


class PersonAbsent(WeChatError):
    """WeChat does not know the person here, or they have not been active for what is asked."""


class Rejected(WeChatError):
    """What we sent is not in the form that WeChat wants; sending it again will not help."""


#: developers.weixin.qq.com/miniprogram/dev/framework/server-ability/error-code.html, and the page of each call.
NAMED: dict[int, type[WeChatError]] = {
    -1: Unreachable,
    40001: CredentialRefused,
    40002: CredentialRefused,
    40013: CredentialRefused,
    40014: CredentialRefused,
    40125: CredentialRefused,
    40164: CredentialRefused,
    41001: CredentialRefused,
    41002: CredentialRefused,
    41004: CredentialRefused,
    42001: CredentialRefused,
    48001: CredentialRefused,
    50002: CredentialRefused,
    45009: Limited,
    45011: Limited,
    45029: Limited,
    45047: Limited,
    61024: Limited,
    40029: LoginCodeRefused,
    40163: LoginCodeRefused,
    41008: LoginCodeRefused,
    42003: LoginCodeRefused,
    43101: PersonRefused,
    43108: PersonRefused,
    43004: PersonRefused,
    40003: PersonAbsent,
    61010: PersonAbsent,
}
#: The token is not good any more: one new one, and one more try.
TOKEN_IS_STALE = frozenset({40001, 40014, 42001})


def named(code: int) -> WeChatError:
    return NAMED.get(code, Rejected)(code)
