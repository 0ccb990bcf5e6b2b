"""Pure rules of the ledger: its words, how places are named, what a number must satisfy, what may be renovated."""
