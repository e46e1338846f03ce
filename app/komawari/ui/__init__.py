"""The window: what artists see and touch. It knows everything below it, and nothing below it knows Qt's widgets."""
