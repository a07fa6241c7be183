/** Sends what this phone has kept when no page is open. */
