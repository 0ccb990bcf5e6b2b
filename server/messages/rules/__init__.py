"""The rules of messages by subject: words, and how they are brought to a telephone."""

from server.messages.rules.bringing import (
    TOPIC_OF,
    Bringing,
    Template,
    Topic,
    is_quiet,
    next_try,
    shown,
    template_of,
)
from server.messages.rules.words import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    Recipient,
    RecipientKind,
    Wording,
    wording,
)

__all__ = [
    "LONGEST_BODY",
    "LONGEST_SUBJECT",
    "TOPIC_OF",
    "Bringing",
    "Recipient",
    "RecipientKind",
    "Template",
    "Topic",
    "Wording",
    "is_quiet",
    "next_try",
    "shown",
    "template_of",
    "wording",
]
