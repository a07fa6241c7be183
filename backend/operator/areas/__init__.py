"""Which rows are shown, and what their lists tell: one module for each area."""
