"""Word error rates: `measure_wer`."""

from bench.speech.measuring import measure_wer

__all__ = ["measure_wer"]
