"""The tables of the reports: figures kept of each community, monthly returns with their acts, bulletins."""

from server.reports.models.figures import CommunityFigures, FiguresMark
from server.reports.models.returns import Bulletin, MonthlyReport, ReportAct

__all__ = ["Bulletin", "CommunityFigures", "FiguresMark", "MonthlyReport", "ReportAct"]
