"""
What whoever runs this installation looks at: every organisation's rows, at `/operator/`.

Reading is all it does, but for a few operations of the domain, each asked twice and written down. Nothing imports it.
"""
