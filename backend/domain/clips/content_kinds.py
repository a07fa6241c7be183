"""What a file is by its first bytes, as far as that is cheap to tell. The media worker's probe stays the judge."""

from __future__ import annotations

import codecs

_OTHER_KINDS = (
    b"PK\x03\x04",  # zip, and all office documents
    b"PK\x05\x06",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"GIF8",
    b"\x1f\x8b",  # gzip
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\x7fELF",
    b"MZ",  # a Windows program
)
_STILL_BRANDS = (b"heic", b"heix", b"mif1", b"avif")  # photographs in the container of films
_CONTROLS_OF_TEXT = frozenset("\t\n\r\f")


def is_surely_no_clip(first_bytes: bytes) -> bool:
    """Return whether a file that begins so is text, a picture, an archive or a program: never video or sound."""
    return first_bytes.startswith(_OTHER_KINDS) or _is_still(first_bytes) or _is_text(first_bytes)


def _is_still(first_bytes: bytes) -> bool:
    return first_bytes[4:8] == b"ftyp" and first_bytes[8:12] in _STILL_BRANDS


def _is_text(first_bytes: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(first_bytes)  # the last letter may be cut in half
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in _CONTROLS_OF_TEXT for letter in text)
