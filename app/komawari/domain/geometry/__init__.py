"""The geometry of pages, as pure functions on millimetres."""
