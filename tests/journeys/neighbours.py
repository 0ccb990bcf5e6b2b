"""What a resident does on the phone, from the slip in the letterbox on."""

import re
from dataclasses import dataclass

from tests.journeys.sheets import Home
from tests.journeys.visitor import Visitor, button


@dataclass
class Neighbour:
    """Somebody with a phone and the slip of their home. `looks`: judge every page, or only pass through."""

    visitor: Visitor
    home: Home
    slip: str

    def come_in(self) -> None:
        """Open the slip's address and accept the privacy notice."""
        self.visitor.visit(f"/s/{self.slip}")
        self.visitor.reads(self.home.label)
        self.visitor.page.get_by_label("看过了，同意").check()
        self.visitor.press("进去")

    def prove_ownership(self, *, tail: str = "") -> None:
        """Name and phone tail against the ledger; `tail` types another one."""
        if not self.visitor.path.endswith("/prove"):
            self.visitor.press("核实我是业主")
        self.visitor.fill("姓名", self.home.owner)
        self.visitor.page.get_by_label("手机号后 4 位").check()
        self.visitor.fill("尾号", tail or self.home.phone[-4:])
        self.visitor.press("核实")

    def vote(self, title: str, choices: list[str]) -> str:
        """From the first page: vote, one choice for each motion. Returns the receipt's code."""
        self.visitor.visit("/me")
        sheet = self.visitor.page.locator("section.sheet").filter(has_text=title)
        self.visitor.act(button(sheet, "去投票"))
        return self._choose(choices)

    def change_vote(self, choices: list[str]) -> str:
        """From the receipt: vote again."""
        self.visitor.press("改我的选择")
        return self._choose(choices)

    def _choose(self, choices: list[str]) -> str:
        asked = self.visitor.page.locator("form fieldset")
        assert asked.count() == len(choices)
        for fieldset, choice in zip(asked.all(), choices, strict=True):
            fieldset.get_by_role("radio", name=re.compile(f"^{choice}")).check()
        self.visitor.press("看一遍，再确认")
        self.visitor.press("确认，投出这一票")
        return "".join(self.visitor.page.locator(".receipt-code").inner_text().split())

    def standing_of(self, receipt: str) -> str:
        """What the look-up says of a receipt."""
        self.visitor.visit("/receipts")
        self.visitor.fill("回执编号", receipt)
        self.visitor.press("查一下")
        return self.visitor.page.locator("h1").inner_text()

    def object_to(self, notice: str, text: str) -> None:
        self.visitor.visit(notice)
        self.visitor.fill("你不同意什么，为什么", text)
        self.visitor.press("提交")
        self.visitor.reads(text)
