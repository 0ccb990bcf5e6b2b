"""The rules of matters, by subject: what is raised, meetings, resolutions, and where a matter went."""
