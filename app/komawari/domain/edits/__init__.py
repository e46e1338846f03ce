"""Edits: pure functions from a project to a project. What an edit does not touch remains the same object.

Ids of new things are made by the caller (`domain.base.new_id`). An edit that is not possible raises `DomainError`;
one that changes nothing returns the very project that it was given.
"""
