"""Other programs that report here by Open311 GeoReport v2: the keys they bear, and what came along with a report of theirs."""
