"""What the rooms and doors may ask of WeChat, whoever answers. Every method raises a `WeChatError` and nothing else."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Identity:
    """Who signed in, as this account of ours knows them. The union id is the same in all accounts of one owner."""

    openid: str
    unionid: str = ""


class Verdict(StrEnum):
    """What WeChat's check says of words or a picture."""

    PASS = "pass"  # noqa: S105 - WeChat's word
    REVIEW = "review"
    RISKY = "risky"


@dataclass(frozen=True)
class Finding:
    """A verdict and the label that WeChat gives with it: what it thinks it saw; 100 is nothing."""

    verdict: Verdict
    label: int


class CheckScene(StrEnum):
    """Where the words will stand: WeChat's `scene` of the checks."""

    PROFILE = "1"
    COMMENT = "2"
    FORUM = "3"
    SOCIAL_LOG = "4"


class MiniProgram(Protocol):
    def identity_of(self, login_code: str) -> Identity:
        """wx.login's code -> who. The session key is not kept: nothing here needs it."""

    def phone_of(self, phone_code: str) -> str:
        """The code of a getPhoneNumber button -> the number without its country."""

    def code_image(self, scene: str, page: str, *, width: int = 430) -> bytes:
        """The picture of an unlimited code; `scene` has at most 32 characters."""

    def send_subscribe(self, openid: str, template_id: str, data: dict[str, str], page: str) -> str:
        """Send one subscribe message. Returns WeChat's number of it, or nothing where it gives none."""

    def check_text(self, openid: str, text: str, scene: CheckScene) -> Finding: ...

    def check_media(self, openid: str, media_url: str, scene: CheckScene) -> str:
        """Ask for the check of a picture; the verdict comes as a callback with the trace id returned here."""

    def url_link(self, path: str, query: str) -> str:
        """An address that opens the mini program from outside WeChat."""


@dataclass(frozen=True)
class ScriptConfig:
    """What a page hands to wx.config."""

    appid: str
    timestamp: int
    nonce: str
    signature: str


class OfficialAccount(Protocol):
    def authorize_url(self, back_to: str, state: str) -> str:
        """Where the browser goes to sign in (base scope: WeChat asks the person nothing)."""

    def identity_of(self, code: str) -> Identity: ...

    def script_config(self, url: str) -> ScriptConfig:
        """The JS-SDK's signature for this page's address, without what follows a hash."""

    def send_template(self, openid: str, template_id: str, data: dict[str, str], url: str) -> str: ...
