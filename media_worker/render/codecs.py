"""
What an init segment says about its track, in the words of a master playlist: `avc1.64001f`, `mp4a.40.2`.

Sources: RFC 6381, 3.3 and 3.4, for the words; ISO/IEC 14496-12 for boxes, 14496-15 for `avcC`, 14496-1 for `esds`.
"""

from __future__ import annotations

from collections.abc import Iterator

_TO_SAMPLE_ENTRIES = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_SAMPLE_DESCRIPTION_HEADER = 8  # bytes: version, flags, count of entries
_VISUAL_ENTRY_HEADER, _AUDIO_ENTRY_HEADER = 78, 28  # bytes in front of the boxes of a sample entry
_FULL_BOX_HEADER = 4  # bytes: version, flags

_ES, _DECODER_CONFIG, _DECODER_SPECIFIC = 3, 4, 5  # tags of descriptors
_ES_HEADER, _DECODER_CONFIG_HEADER = 3, 13  # bytes in front of the descriptors inside
_LONG_AUDIO_OBJECT_TYPE = 31  # five bits that say: six more follow


def codecs_of(init_segment: bytes) -> str:
    """Return the codec of the segment's track as RFC 6381 writes it; empty when it is neither H.264 nor AAC."""
    content = init_segment
    for name in _TO_SAMPLE_ENTRIES:
        content = _box(content, name)
    entries = dict(_boxes(_box(content, b"stsd")[_SAMPLE_DESCRIPTION_HEADER:]))
    if b"avc1" in entries:
        return _h264(_box(entries[b"avc1"][_VISUAL_ENTRY_HEADER:], b"avcC"))
    if b"mp4a" in entries:
        return _mpeg4_audio(_box(entries[b"mp4a"][_AUDIO_ENTRY_HEADER:], b"esds")[_FULL_BOX_HEADER:])
    return ""


def _h264(configuration: bytes) -> str:
    """Return profile, constraints and level, which follow the record's version."""
    return f"avc1.{configuration[1:4].hex()}" if len(configuration) >= 4 else ""


def _mpeg4_audio(descriptors: bytes) -> str:
    decoder = _descriptor(_descriptor(descriptors, _ES)[_ES_HEADER:], _DECODER_CONFIG)
    specific = _descriptor(decoder[_DECODER_CONFIG_HEADER:], _DECODER_SPECIFIC)
    if len(specific) < 2:
        return ""
    object_type = specific[0] >> 3
    if object_type == _LONG_AUDIO_OBJECT_TYPE:
        object_type = 32 + ((specific[0] & 0b111) << 3 | specific[1] >> 5)
    return f"mp4a.{decoder[0]:02x}.{object_type}"


def _box(content: bytes, name: bytes) -> bytes:
    """Return what is in the first box of this name, or nothing."""
    return next((inside for found, inside in _boxes(content) if found == name), b"")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    while len(content) >= 8:
        size = int.from_bytes(content[:4], "big")
        if not 8 <= size <= len(content):  # longer forms are for media data; there is none here
            return
        yield content[4:8], content[8:size]
        content = content[size:]


def _descriptor(content: bytes, tag: int) -> bytes:
    """Return what is in the first descriptor of this tag, or nothing. Its length is written in groups of 7 bits."""
    while content:
        found, size, place = content[0], 0, 1
        while place < len(content):
            size = size << 7 | content[place] & 0x7F
            place += 1
            if content[place - 1] < 0x80:
                break
        if found == tag:
            return content[place : place + size]
        content = content[place + size :]
    return b""
