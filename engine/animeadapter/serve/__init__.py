"""The engine as a process of its own: calls come in on one pipe, answers go out on another."""
