"""Our two apps in WeChat, in each of which it gives a person another name."""

from enum import StrEnum


class WeChatApp(StrEnum):
    MINI = "mini"
    OFFICIAL = "official"
