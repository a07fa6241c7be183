"""What is in a file, found out in a throw-away process: a crash there is a rejected file, not a dead worker."""
