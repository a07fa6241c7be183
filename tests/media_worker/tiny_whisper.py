"""
A Whisper model of a few hundred kilobytes, in the form that faster-whisper loads, made on the spot.

Its shape is the real one (encoder, decoder, alignment heads, 80 mel bands, timestamps); its weights are random, so what
it writes means nothing. Weights that were trained are too large for a test.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from ctranslate2.specs.model_spec import visit_spec
from tokenizers.pre_tokenizers import ByteLevel

_LAYERS, _HEADS, _WIDTH, _MELS = 2, 2, 32, 80
_CONSONANTS = "bcdfghklmnprstvz"
_SYLLABLES = [first + vowel for first in _CONSONANTS for vowel in "aeiou"]
_TEXT = ["Ġ" + letter for letter in _CONSONANTS] + ["Ġ" + syllable for syllable in _SYLLABLES]
_TASKS = ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
_TIMES = [f"<|{step * 0.02:.2f}|>" for step in range(1_501)]
_BYTES = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
_NEVER = ("single_word", "lstrip", "rstrip", "normalized")


def make_tiny_whisper(directory: Path, *, seed: int = 4, languages: tuple[str, ...] = ()) -> Path:
    """
    Write a model into `directory` and return it.

    With `languages` it is multilingual, without it knows English only.
    """
    tokens = _vocabulary(languages)
    directory.mkdir(parents=True, exist_ok=True)
    _write_weights(directory, tokens, seed)
    (directory / "tokenizer.json").write_text(json.dumps(_tokenizer(tokens)))
    (directory / "preprocessor_config.json").write_text(json.dumps({"feature_size": _MELS}))
    return directory


def _vocabulary(languages: tuple[str, ...]) -> list[str]:
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{language}|>" for language in languages or ("en",))]
    many = [""] if languages else []  # by this token CTranslate2 tells which models know many languages
    return [*sorted(ByteLevel.alphabet()), *_TEXT, *many, *special, *_TASKS, *_TIMES]


def _write_weights(directory: Path, tokens: list[str], seed: int) -> None:
    spec = WhisperSpec(_LAYERS, _HEADS, _LAYERS, _HEADS)
    _fill(spec, np.random.default_rng(seed), token_count=len(tokens))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [tokens.index("<|endoftext|>")]
    spec.config.lang_ids = [place for place, token in enumerate(tokens) if re.fullmatch(r"<\|[a-z]{2}\|>", token)]
    spec.config.alignment_heads = [(0, 0), (_LAYERS - 1, 1)]
    spec.register_vocabulary(tokens)
    spec.validate()
    spec.save(str(directory))


def _fill(spec: Any, random: np.random.Generator, *, token_count: int) -> None:
    embeddings = random.normal(size=(token_count, _WIDTH))

    def fill(layer: Any, name: str, _value: Any) -> None:
        *_, part, kind = name.split("/")
        if kind in {"gamma", "beta"}:
            weights = np.full(_WIDTH, kind == "gamma")
        elif part in {"embeddings", "projection"} and kind == "weight":
            weights = embeddings
        elif kind == "encodings":
            # Louder than the rest: which token comes next hangs on the place, so that it does not repeat itself.
            weights = random.normal(size=(1_500 if name.startswith("encoder") else 448, _WIDTH), scale=5)
        elif kind == "weight":
            weights = random.normal(size=_shape(name), scale=0.2)
        else:
            return
        setattr(layer, kind, weights.astype(np.float32))

    visit_spec(spec, fill)


def _shape(name: str) -> tuple[int, ...]:
    """Return the shape of one layer's weights by its place: (out, in), of the convolutions (out, in, 3)."""
    block, part = name.split("/")[-3:-1]
    if part.startswith("conv"):
        return (_WIDTH, _MELS if part == "conv1" else _WIDTH, 3)
    wider = {"self_attention": (3, 1), "attention": (1, 2, 1), "ffn": (4, 1)}[block][int(part[-1])]
    return (wider * _WIDTH, 4 * _WIDTH if (block, part) == ("ffn", "linear_1") else _WIDTH)


def _tokenizer(tokens: list[str]) -> dict[str, Any]:
    """Return a tokenizer.json: characters that are joined to syllables, as the byte pairs of the real one are."""
    merges = [step for syllable in _SYLLABLES for step in (("Ġ", syllable[0]), ("Ġ" + syllable[0], syllable[1]))]
    first = tokens.index("<|endoftext|>")
    vocabulary = {token: place for place, token in enumerate(tokens[:first])}
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": place, "content": token, "special": True, **dict.fromkeys(_NEVER, False)}
            for place, token in enumerate(tokens[first:], start=first)
        ],
        "pre_tokenizer": {**_BYTES, "add_prefix_space": False},
        "decoder": {**_BYTES, "add_prefix_space": True},
        "model": {"type": "BPE", "vocab": vocabulary, "merges": list(dict.fromkeys(merges)), "unk_token": None},
    }
