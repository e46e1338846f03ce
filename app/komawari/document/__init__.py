"""The open document: the present project, its undo, its takes. Qt is known to `undo_stack` alone."""
