"""What a screen shows of a personal value until someone with a purpose asks for all of it."""


def mask_name(name: str) -> str:
    """张三丰 -> 张**; a name with · keeps its first part's first character; an organisation is not masked by us."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3) if name else ""


#: A mobile number. Of one that is shorter, a landline, three and four signs would tell nearly all.
WHOLE_PHONE = 11


def mask_phone(phone: str) -> str:
    """138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= WHOLE_PHONE else "*" * len(phone)


def mask_id(number: str) -> str:
    """The first three and the last two characters of an identity number."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) > 8 else "*" * len(number)
