"""The rules of plans by subject: words, pools, the master plan, figures of rows, annual plans, changes, pilots."""
