"""XLSForm, the standard of ODK and KoboToolbox: a questionnaire comes in and goes out again. Knows no table."""

from server.surveys.sheet.cells import CellProblem, FormRefused
from server.surveys.sheet.reading import Form, read_xlsform
from server.surveys.sheet.writing import write_xlsform

__all__ = ["CellProblem", "Form", "FormRefused", "read_xlsform", "write_xlsform"]
