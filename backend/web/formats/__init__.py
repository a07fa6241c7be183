"""How each language writes dates and times; see docs/translating.md."""
