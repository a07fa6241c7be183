"""From sound to words: voice activity first, then an engine, then codes as they are written."""
