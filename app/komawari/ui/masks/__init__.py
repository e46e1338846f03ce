"""Masks: grey pixels, what they belong to, how they are shown, and what changes them beside the brush."""
