"""Posing figures: pure geometry on skeletons, as hands drag them."""
