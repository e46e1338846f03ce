"""Figures, each printed by one command (`animeadapter bench …`). Every function returns rows; nothing is printed here."""
