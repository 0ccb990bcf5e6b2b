"""What a property company is known by."""

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from server.kernel.errors import Invalid


def check_company(name: str, code: str) -> tuple[str, str]:
    """The name and the 统一社会信用代码 in their one spelling. Raises Invalid."""
    kept = " ".join(name.split())
    if not kept:
        raise _wrong("name", "写公司全称，照营业执照上的写。")
    try:
        return kept, str(uscc.validate(code))
    except ValidationError:
        raise _wrong("code", "统一社会信用代码不对。一共 18 位，照营业执照再核对一遍。") from None


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
