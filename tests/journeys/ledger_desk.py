"""A ledger sheet on its way in: the template down, the filled sheet up, what the check says, the word to go on."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.visitor import Visitor, button

#: The worker is woken at once; a loaded machine needs a while all the same.
WORKER_TAKES = 60_000
CHECKED = ("有几处要改", "等你确认", "导入完成")


@dataclass
class LedgerDesk:
    visitor: Visitor

    def download_template(self, folder: Path) -> Path:
        self.visitor.visit("/admin/ledger/imports")
        with self.visitor.page.expect_download() as coming:
            button(self.visitor.page.locator("main"), "下载模板").click()
        path = folder / "template.xlsx"
        coming.value.save_as(path)
        return path

    def upload(self, sheet: Path) -> None:
        """Send the sheet in and wait until it has been looked through."""
        self.visitor.visit("/admin/ledger/imports")
        self.visitor.page.get_by_label("文件", exact=True).set_input_files(sheet)
        with self.visitor.page.expect_navigation():
            button(self.visitor.page.locator("main"), "上传并检查").click()
        self._wait()

    def problems(self) -> list[dict[str, str]]:
        """Each line of what is to be mended: sheet, row, column, what, how."""
        rows = self.visitor.page.locator("table tbody tr")
        names = ("sheet", "row", "column", "what", "mend")
        return [dict(zip(names, row.locator("th, td").all_inner_texts(), strict=True)) for row in rows.all()]

    def confirm(self) -> None:
        with self.visitor.page.expect_navigation():
            button(self.visitor.page.locator("main"), "确认导入").click()
        self._wait()
        self.visitor.reads("导入完成")

    def _wait(self) -> None:
        """Until the live page no longer shows progress."""
        done = self.visitor.page.locator("main").get_by_role("link", name="再传一份")
        asked = self.visitor.page.get_by_role("button", name="放弃")
        expect(done.or_(asked).first).to_be_visible(timeout=WORKER_TAKES)
        self.visitor.page.wait_for_load_state()
        self.visitor.look()
