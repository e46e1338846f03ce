"""The editor's figures, printed by `python -m komawari.bench`: what is wanted, and what was found on this machine."""
