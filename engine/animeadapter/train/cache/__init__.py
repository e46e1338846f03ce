"""Caches under one folder: pools of drawings, and the latents of pools."""
