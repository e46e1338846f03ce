"""Figures, each printed by one command (`animeadapter bench …`). Functions here return rows; none prints."""
