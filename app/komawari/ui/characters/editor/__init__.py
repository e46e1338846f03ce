"""The editor of a character: what it is called, its references, and which parts of them count."""
