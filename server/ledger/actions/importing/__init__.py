"""A sheet on its way into the ledger: taken, checked in staging outside any lock, confirmed, applied in one transaction."""
