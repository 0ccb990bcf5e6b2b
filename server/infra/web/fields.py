"""Fields that schemas of both doors share: text as people type it, without the signs that no keyboard has."""

from typing import Any

from marshmallow import ValidationError, fields

from server.kernel import signs


class Line(fields.String):
    """One line of text: ends trimmed, at most `longest` characters, none that is unseen (PostgreSQL refuses NUL)."""

    is_multiline = False
    #: What is refused, as it stands in a pattern.
    controls = signs.CONTROLS + signs.NONCHARACTERS

    def __init__(self, longest: int = 200, *, shortest: int = 0, **kwargs: Any) -> None:
        words = {"required": "请填写这一项。", "null": "请填写这一项。", "invalid": "这里要填文字。"}
        kwargs["error_messages"] = {**words, **kwargs.get("error_messages", {})}
        least = max(shortest, int(bool(kwargs.get("required"))))
        visible = rf"[^{self.controls}]*"
        metadata = {
            "maxLength": longest,
            "minLength": least,
            # The description says what is refused: control characters, and blanks where something is asked for.
            "pattern": rf"^{visible}[^\s{self.controls}]{visible}$" if least else f"^{visible}$",
            **kwargs.pop("metadata", {}),
        }
        super().__init__(metadata=metadata, **kwargs)
        self.longest = longest
        self.shortest = shortest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if any(self._is_unseen(sign) for sign in text):
            raise ValidationError("这里有看不见的字符。请重新输入一遍。")
        if len(text) < max(self.shortest, int(self.required)):
            raise ValidationError("请填写这一项。" if not text else f"至少 {self.shortest} 个字。")
        if len(text) > self.longest:
            raise ValidationError(f"最多 {self.longest} 个字，现在有 {len(text)} 个。")
        return text

    def _is_unseen(self, sign: str) -> bool:
        if self.is_multiline and sign in "\n\r\t":
            return False
        return signs.is_control(sign) or signs.is_no_character(sign)


class Words(Line):
    """Several lines of text. Browsers end a line with two signs; one is kept, so that the same words stay the same."""

    is_multiline = True
    controls = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f" + signs.NONCHARACTERS

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        kept = value.replace("\r\n", "\n") if isinstance(value, str) else value
        return super()._deserialize(kept, attr, data, **kwargs)
