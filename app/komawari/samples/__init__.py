"""Makes the sample project that a first start opens: `python -m komawari.samples` (and `make sample`)."""
