"""The rules of owners' votes, pure: what may be asked, who may cast, the log, the roll, the law, the count."""
