"""What a name, a phone, an identity number and an area must be like. Each gives the value in its one spelling or says
what is wrong and how to mend it; the sentence never repeats the value."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from server.kernel.signs import has_unseen

LARGEST_AREA = Decimal(100_000)
#: All buildings of a community together.
LARGEST_FLOOR_AREA = Decimal(10_000_000)
LONGEST_PERSON = 50
LONGEST_ORGANISATION = 100

#: Full-width ASCII and the ideographic space. NFKC would do more than that to rare characters in names.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DOTS = dict.fromkeys(map(ord, "•・‧∙⋅．"), "·")
_BETWEEN_HAN = re.compile(r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0\d{2,3})?[2-9]\d{6,7}")
_OTHER_PAPER = re.compile(r"[A-Z]{1,2}\d{6,10}|\d{8}")
OLD_ID = 15
NEW_ID = 18


class Wrong(ValueError):
    """A value that cannot stand. `what` is wrong, `mend` says how to put it right."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}。{mend}。")
        self.what = what
        self.mend = mend


def owner_name(text: str, *, is_person: bool = True) -> str:
    """Names with ·, rare characters and characters of any plane are right; a star or question mark is not."""
    name = text.translate(_WIDE).translate(_DOTS)
    name = _BETWEEN_HAN.sub("", re.sub(r"\s+", " ", name).strip())
    if not name:
        raise Wrong("没有写姓名", "请填写姓名或单位名称")
    if "*" in name:
        raise Wrong("姓名打了码", "请填写真实姓名，或用完整导出的表")
    if has_unseen(name) or any(sign in "?□\ufffd" for sign in name):
        raise Wrong("姓名里有显示不出来的字", "可能是生僻字没有存好，请在原表里重新录入这个字")
    longest = LONGEST_PERSON if is_person else LONGEST_ORGANISATION
    if len(name) > longest:
        raise Wrong(f"姓名超过 {longest} 个字", "请检查是不是把几个人写在了一格，每人写一行")
    if is_person and re.search(r"[、,，;；/]", name):
        raise Wrong("一格里写了几个人", "每个共有人单独写一行")
    return name


def phone(text: str) -> str:
    """Digits only: a mobile number, or a landline with its area code."""
    digits = re.sub(r"[\s\-—()()]", "", text.translate(_WIDE))
    if "*" in digits:
        raise Wrong("电话打了码", "请填写完整号码，或用完整导出的表")
    digits = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", digits)
    if not (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)):
        raise Wrong("电话号码不对", "手机是 11 位；座机请带区号，例如 0851-85551234；没有电话就留空")
    return digits


def person_id(text: str) -> str:
    """An 18-digit identity number whose check digit holds; a 15-digit one of before 1999 is made 18 digits, as the
    state did it; a passport or permit (letters and digits) is taken as it is."""
    number = re.sub(r"[\s\-]", "", text.translate(_WIDE)).upper()
    if "*" in number:
        raise Wrong("证件号码打了码", "请填写完整号码，或用完整导出的表；不方便就留空")
    if "E+" in number or "." in number:
        raise Wrong("证件号码被表格软件改成了科学计数", "请把这一列设成“文本”格式，再重新录入号码")
    if len(number) == OLD_ID and number.isdigit():
        number = _as_new(number)
    if len(number) == NEW_ID and number[:-1].isdigit():
        return _checked(number)
    if _OTHER_PAPER.fullmatch(number):
        return number
    raise Wrong("证件号码不对", "身份证号是 18 位，最后一位可以是 X；护照等请写字母和数字；没有就留空")


def credit_code(text: str) -> str:
    """统一社会信用代码, 18 characters with a check character."""
    number = re.sub(r"[\s\-]", "", text.translate(_WIDE)).upper()
    try:
        return str(uscc.validate(number))
    except ValidationError:
        raise Wrong("统一社会信用代码不对", "共 18 位，请对照营业执照核对；没有就留空") from None


def floor_area(text: str) -> Decimal:
    """Of a whole community."""
    return area(text, LARGEST_FLOOR_AREA)


def area(text: str, largest: Decimal = LARGEST_AREA) -> Decimal:
    """Square metres, more than zero, at most two decimal places."""
    plain = re.sub(
        r"(?:㎡|m2|m²|平方米|平米|平)$", "", unicodedata.normalize("NFKC", text).strip().lower()
    ).strip()
    try:
        value = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        raise Wrong("面积不是数字", "请只写数字，例如 67.70；不知道就留空") from None
    if not value.is_finite() or value <= 0:
        raise Wrong("面积要大于 0", "请对照产权证填写；不知道就留空")
    if value > largest:
        raise Wrong("面积大得不合常理", "请检查小数点，单位是平方米")
    if value != value.quantize(Decimal("0.01")):
        raise Wrong("面积最多两位小数", "请按产权证写到 0.01 平方米")
    return value.quantize(Decimal("0.01"))


def _as_new(old: str) -> str:
    head = old[:6] + "19" + old[6:]
    return head + str(ric.calc_check_digit(head + "0"))


def _checked(number: str) -> str:
    if number[-1] != ric.calc_check_digit(number):
        raise Wrong("身份证号的校验位不对", "多半有一位写错了，请对照证件核对")
    try:
        ric.get_birth_date(number)
    except ValidationError:
        raise Wrong("身份证号里的出生日期不存在", "请对照证件核对") from None
    return number
