"""Photos kept beside the database: decoded and drawn anew, bounded, without what the camera wrote into them (place,
time, device). Who may see one is asked of the room whose row names it."""
