"""The privacy notice (个人信息保护法 17): who, why, what, how long, how to withdraw. One text for each version."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class PrivacyNotice:
    #: As it stands in the settings and in what people agreed to.
    version: str
    sections: tuple[Section, ...]
    #: The few lines that stand beside the button; all of it is one click away.
    summary: tuple[str, ...]


_SUMMARY = (
    "扫码只记下“这一户收到了”，不要姓名和电话。",
    "要投票时，才核对你填的姓名和尾号；只核对，不留下你填的内容。",
    "随时可以撤回。不同意也不影响你用纸质票投票。",
)

_FIRST = (
    Section(
        "谁在处理",
        (
            "你所在小区的居民委员会，电话和地址在每一页的最下面。",
            "系统由当地政府安排的单位维护，他们看不到你的姓名和投票。",
        ),
    ),
    Section(
        "为什么、凭什么",
        (
            "为了让住户看到改造的公示、提意见、答问卷，让业主依民法典第二百七十八条表决。",
            "表决要核对业主身份，是履行法定职责；其余的，凭你的同意。",
        ),
    ),
    Section(
        "用到哪些信息",
        (
            "扫码：哪一户的码、什么时候扫的。",
            "核实业主：你填的姓名、手机号后四位或证件号后六位，和台账比对后不保存。",
            "台账里原有的业主姓名、电话、证件号，加密存放，工作人员看到的是遮住的；查看全文要写明用途，并留下记录。",
            "用微信登录或绑定微信：微信给的一个代号，加密存放；看不到你的微信名和头像。解除绑定就删掉。",
            "在小程序里写的话、传的照片，要给别人看的，公开前连同这个代号交给微信查有没有违法违规的内容。",
            "不收集位置、人脸、通讯录。",
        ),
    ),
    Section(
        "谁能看到",
        (
            "公开页面没有姓名、电话和证件号。",
            "物业公司看不到投票。投票截止前，任何人都看不到谁投了什么。",
        ),
    ),
    Section(
        "留多久",
        (
            "绑定记录：到你撤回为止，之后只留操作记录。",
            "已经计入的票：是表决的证据，至少保存五年，到期删除；其间不能删，但你可以要求更正或限制使用。",
        ),
    ),
    Section(
        "怎么查看、更正、撤回",
        (
            "打开“我的房屋”，可以看到绑定了哪些房、怎么核实的，也可以解除。",
            "在本页最下面可以撤回同意。撤回后，之前已经计入的票照样有效。",
            "要查看、复制、更正或删除，也可以打居委会电话，十五个工作日内答复；不办的会说明理由。",
        ),
    ),
    Section(
        "不同意也可以",
        ("到居委会领纸质票、纸质表，效力一样。也可以请居委会上门。",),
    ),
)

TEXTS: dict[str, tuple[Section, ...]] = {"2026-1": _FIRST}
NEWEST = "2026-1"


def privacy_notice(version: str) -> PrivacyNotice:
    """The notice of this version; where a division numbers its own edition of the house's text, the newest text."""
    return PrivacyNotice(version, TEXTS.get(version, TEXTS[NEWEST]), _SUMMARY)
