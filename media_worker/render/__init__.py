"""From an original to everything that phones play: one decode, one ffmpeg run, published as it is encoded."""
