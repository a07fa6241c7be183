"""
Measure word error rates beside the bare engine, PocketSphinx as it comes: `python -m bench.speech`, minutes.

Read speech from ../shared/speech, clean and with noises that are made here; a technician's sentences spoken by flite.
Prints a table; the last line is `BENCH {json}`. docs/speech.md has the figures.
"""

from __future__ import annotations

import json

from bench.figures import print_table
from bench.speech.measuring import measure_wer

if __name__ == "__main__":
    figures = measure_wer()
    print_table(figures)
    print("BENCH " + json.dumps({each.name: each.told() for each in figures}))
