"""What a project is: frozen values with stable ids, and the pure functions that edit them. No Qt, no files."""
