"""Photos kept beside the database: decoded and drawn anew, bounded, without what the camera wrote into them (place,
time, device); and scanned papers as PDF, kept as they came. Who may see one is asked of the room whose row names it."""
