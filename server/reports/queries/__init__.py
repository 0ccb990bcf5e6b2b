"""All reads of the reports: what is kept, what it is computed from, and the returns."""
