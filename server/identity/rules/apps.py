"""Our two apps in WeChat, in each of which it gives a person another name."""

from datetime import timedelta
from enum import StrEnum

#: From the mini program's asking until its browser has opened the address.
HAND_OVER_GOOD_FOR = timedelta(minutes=1)


class WeChatApp(StrEnum):
    MINI = "mini"
    OFFICIAL = "official"
