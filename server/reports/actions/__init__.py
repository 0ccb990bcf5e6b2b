"""All writes of the reports: keeping figures, handing returns up, sending bulletins down."""

from server.reports.actions.bulletins import draft_bulletin, edit_bulletin, send_bulletin
from server.reports.actions.exporting import record_export
from server.reports.actions.recomputing import recompute, recompute_all, recompute_due
from server.reports.actions.returns import (
    accept_report,
    drop_override,
    override_figure,
    return_report,
    submit_report,
)

__all__ = [
    "accept_report",
    "draft_bulletin",
    "drop_override",
    "edit_bulletin",
    "override_figure",
    "recompute",
    "recompute_all",
    "recompute_due",
    "record_export",
    "return_report",
    "send_bulletin",
    "submit_report",
]
