"""All writes of the ledger, by subject: places, owners, households, what is personal, and imports."""
