"""Was the right person asked first? The kept asks of a database, replayed under other ways to rank people."""
