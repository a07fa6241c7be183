"""Names of hand tools and measuring instruments, as data: one file a language."""
