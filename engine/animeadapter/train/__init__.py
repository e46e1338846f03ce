"""The trainer of the embedded pack: one loop for all parts, one recipe a training, exact resume.

`command.run` is the seam for the command line; nothing here imports torch before a training begins.
"""
