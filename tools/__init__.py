"""Commands that set the house up, start it, test it and check it. No product code lives here."""
