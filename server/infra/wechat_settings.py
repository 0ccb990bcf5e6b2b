"""WeChat's accounts as an operator enters them, and what is wrong with them, told in sentences."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

API_URL = "https://api.weixin.qq.com"
OPEN_URL = "https://open.weixin.qq.com"
#: WeChat's own limit of what a mini program's code can carry.
LONGEST_SCENE = 32
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class WeChatSettings:
    mini_appid: str = ""
    mini_secret: str = ""
    official_appid: str = ""
    official_secret: str = ""
    #: The token and the AES key that both callbacks are set up with.
    token: str = ""
    aes_key: str = ""
    base_url: str = API_URL
    #: Where a browser is sent to sign in.
    open_url: str = OPEN_URL

    @property
    def is_stand_in(self) -> bool:
        return self.base_url != API_URL


def load_wechat(env: Mapping[str, str]) -> WeChatSettings:
    base = env.get("WECHAT_BASE_URL", "").rstrip("/")
    return WeChatSettings(
        mini_appid=env.get("WECHAT_MINI_APPID", ""),
        mini_secret=env.get("WECHAT_MINI_SECRET", ""),
        official_appid=env.get("WECHAT_OFFICIAL_APPID", ""),
        official_secret=env.get("WECHAT_OFFICIAL_SECRET", ""),
        token=env.get("WECHAT_TOKEN", ""),
        aes_key=env.get("WECHAT_AES_KEY", ""),
        base_url=base or API_URL,
        # The stand-in plays both of WeChat's hosts.
        open_url=base or OPEN_URL,
    )


def wechat_problems(s: WeChatSettings, *, is_production: bool) -> list[str]:
    found = []
    for name, appid, secret in (
        ("MINI", s.mini_appid, s.mini_secret),
        ("OFFICIAL", s.official_appid, s.official_secret),
    ):
        if bool(appid) != bool(secret):
            found.append(f"WECHAT_{name}_APPID 和 WECHAT_{name}_SECRET 要一起设，或者都不设。")
    if bool(s.token) != bool(s.aes_key):
        found.append("WECHAT_TOKEN 和 WECHAT_AES_KEY 要一起设，或者都不设。")
    if s.aes_key and not _is_aes_key(s.aes_key):
        found.append("WECHAT_AES_KEY 要是微信后台给的 43 个字符（EncodingAESKey）。")
    parts = urlsplit(s.base_url)
    is_near = parts.hostname in LOOPBACK
    if parts.scheme not in {"http", "https"} or not parts.netloc or (parts.scheme == "http" and not is_near):
        found.append("WECHAT_BASE_URL 要以 https:// 开头；只有本机的仿真微信可以用 http://127.0.0.1。")
    if is_production and is_near:
        found.append("WECHAT_BASE_URL 指着本机的仿真微信，正式环境不能用。请去掉这个设置。")
    return found


def _is_aes_key(key: str) -> bool:
    try:
        return len(key) == 43 and len(base64.b64decode(key + "=", validate=True)) == 32
    except ValueError:
        return False
