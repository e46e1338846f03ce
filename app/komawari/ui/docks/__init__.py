"""Docks: views of the session around the page."""
