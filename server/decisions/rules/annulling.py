"""A signed decision falls by a court's judgment alone (《民法典》第二百八十条), entered by one person and confirmed by another."""

from datetime import date

from server.decisions.rules.facts import day_zh
from server.kernel.errors import Invalid, Reason

LONGEST_REASON = 1000
LONGEST_LINE = 80


def may_annul(*, ended: str, is_waiting: bool) -> list[Reason]:
    """What keeps a judgment from being entered. Only what was signed can be revoked."""
    if ended == "annulled":
        return [Reason("is_annulled", "这份决定已经登记为法院撤销。")]
    if ended != "final":
        return [Reason("not_final", "决定还没有签发，不用法院撤销。表决程序有错的，宣布作废。")]
    if is_waiting:
        return [Reason("annulment_waits", "已经登记了一份判决，等另一个人确认。")]
    return []


def may_answer(*, entered_by: str, by: str, is_answered: bool) -> list[Reason]:
    if is_answered:
        return [Reason("already_answered", "这份判决已经有人确认或退回过。")]
    if by == entered_by:
        return [Reason("same_person", "登记的人不能自己确认。请另一个人来确认。")]
    return []


def check_judgment(court: str, case_number: str, reason: str, effective_on: date, today: date) -> None:
    """Raises Invalid with the sentence at each field."""
    fields: dict[str, list[str]] = {}
    for name, text, sentence in (
        ("court", court, "写上哪个法院判的。"),
        ("case_number", case_number, "写上判决书的案号。"),
    ):
        if not text.strip() or len(text.strip()) > LONGEST_LINE:
            fields[name] = [sentence]
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        fields["reason"] = [f"写清楚为什么撤销，居民会看到，最多 {LONGEST_REASON} 个字。"]
    if effective_on > today:
        fields["effective_on"] = ["判决还没有生效，生效以后再登记。"]
    if fields:
        raise Invalid("有几处要改一下。", fields=fields)


def judgment_words(court: str, case_number: str, effective_on: date, reason: str) -> str:
    """Why and by whom, in one line; what people typed may end with a stop or without."""
    return f"{reason.rstrip('。 ')}。{court}，{case_number}，{day_zh(effective_on)}生效。"
