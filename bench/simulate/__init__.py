"""A simulated month of one organisation: waves of asks beside a broadcast and beside the followers of a tag."""
