"""Where documents live: one SQLite file per project, the character library, settings. No Qt."""
