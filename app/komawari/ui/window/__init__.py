"""The window itself: menus, tool bars, docks, files, the engine's state, and what has to be said."""
