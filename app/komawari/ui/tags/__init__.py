"""Tags: which ones there are, how they are completed as one types, and how they are shown as chips."""
