"""Settings: `base` holds what never differs; `embedded`, `production` and `test` each say only what does."""
