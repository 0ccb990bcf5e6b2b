"""The columns of XLSForm under all their names, and in which language each speaks."""

import re

#: Columns that may stand once for each language: `label::中文 (zh)`.
SPOKEN = {
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "image",
    "big_image",
    "audio",
    "video",
}
_PLAIN = SPOKEN | {
    "type",
    "name",
    "relevant",
    "constraint",
    "required",
    "read_only",
    "calculation",
    "default",
    "appearance",
    "choice_filter",
    "parameters",
    "repeat_count",
    "trigger",
    "save_to",
    "disabled",
    "list_name",
    "form_title",
    "default_language",
    "add_none_option",
}
#: Columns of our own begin with it; other tools pass over them. Among choices no heading may hold "::" for these.
OWN = "xiangyi"
CHOICE_HELP, CHOICE_IF = f"{OWN}_help", f"{OWN}_if"
_ALIASES = {
    "command": "type",
    "tag": "name",
    "value": "name",
    "caption": "label",
    "relevance": "relevant",
    "constraining_message": "constraint_message",
    "constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "readonly": "read_only",
    "calculate": "calculation",
    "count": "repeat_count",
    "entities:saveto": "save_to",
    "big-image": "big_image",
    "title": "form_title",
    CHOICE_HELP: "hint",
    "set_form_title": "form_title",
}
#: Where XForms keeps a column; `bind::relevant` is `relevant`.
_HOMES = {"bind", "control", "body", "media", "jr"}
_CHINESE = re.compile(r"中文|汉语|漢語|普通话|chinese|mandarin|(?<![a-z])(zh|cmn)(?![a-z])", re.IGNORECASE)
_TRADITIONAL = re.compile(r"繁|hant|traditional|zh-(tw|hk|mo)", re.IGNORECASE)


def column_of(heading: str) -> tuple[str, str] | None:
    """The column that a heading names and its language ("" where it names none); None where XLSForm knows no such."""
    parts = [part.strip() for part in heading.split("::" if "::" in heading else ":")]
    if parts[0].lower() == OWN and len(parts) == 2:
        return f"{OWN}::{_snake(parts[1])}", ""
    first, *rest = _without_homes(parts)
    name = _snake(first)
    name = _ALIASES.get(name, name)
    if name not in _PLAIN or (rest and name not in SPOKEN):
        return None
    return name, ":".join(rest)


def _without_homes(parts: list[str]) -> list[str]:
    while len(parts) > 1 and parts[0].lower() in _HOMES:
        parts = parts[1:]
    home, colon, name = parts[0].partition(":")
    return [name, *parts[1:]] if colon and home.lower() in _HOMES else parts


def _snake(text: str) -> str:
    return "_".join(text.split()).lower()


def in_order(languages: list[str], default: str) -> list[str]:
    """The languages in which a form is read: Chinese before the form's own, that before the others."""

    def rank(language: str) -> int:
        if _CHINESE.search(language):
            return 1 if _TRADITIONAL.search(language) else 0
        if language == default:
            return 2
        return 3 if language == "" else 4

    return sorted(dict.fromkeys(languages), key=rank)
