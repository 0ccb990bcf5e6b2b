"""The rules of management, by subject: terms and coverage, companies, fees, accounts, handover, and the watch for falling back."""
