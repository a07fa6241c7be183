"""
Playlists of one clip. Source: RFC 8216 (HTTP Live Streaming).

Segments are listed as they are published: an `EVENT` playlist grows until `#EXT-X-ENDLIST`, then it is `VOD`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Until a rendition's own are known, what the media worker encodes: H.264 High at the level of the frame size, AAC-LC.
_AUDIO_CODEC = "mp4a.40.2"
_VIDEO_CODECS = ((240, "avc1.640015"), (480, "avc1.64001f"), (720, "avc1.64001f"))
_LARGEST_VIDEO_CODEC = "avc1.640028"
AUDIO_GROUP = "audio"
SUBTITLES_GROUP = "captions"


@dataclass(frozen=True)
class MasterRendition:
    """A rendition that has segments. `uri` is relative to the master playlist; `codecs` as in RFC 6381, or empty."""

    uri: str
    bits_per_second: int
    width_px: int | None
    height_px: int | None
    codecs: str = ""


@dataclass(frozen=True)
class PlaylistSegment:
    url: str
    duration_ms: int


def master_playlist(
    *, videos: Sequence[MasterRendition], audio: MasterRendition | None, captions_uri: str | None, language: str
) -> str:
    """Return the master playlist; a voice note has no `videos`, and its audio is the only variant."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if audio is not None and videos:
        lines.append(_media("AUDIO", AUDIO_GROUP, "Sound", language, audio.uri, is_default=True))
    if captions_uri is not None:
        lines.append(_media("SUBTITLES", SUBTITLES_GROUP, "Captions", language, captions_uri, is_default=False))
    variants = [*videos] if videos else [audio] if audio else []
    for variant in sorted(variants, key=lambda variant: variant.bits_per_second):
        lines += _variant(variant, sound=audio if videos else None, has_captions=captions_uri is not None)
    return "\n".join(lines) + "\n"


def _media(kind: str, group: str, name: str, language: str, uri: str, *, is_default: bool) -> str:
    default = "YES" if is_default else "NO"
    return (
        f'#EXT-X-MEDIA:TYPE={kind},GROUP-ID="{group}",NAME="{name}",LANGUAGE="{language}",'
        f'DEFAULT={default},AUTOSELECT=YES,URI="{uri}"'
    )


def _variant(variant: MasterRendition, *, sound: MasterRendition | None, has_captions: bool) -> list[str]:
    is_video = variant.width_px is not None and variant.height_px is not None
    codecs = [variant.codecs or _assumed_codec(variant)]
    codecs += [sound.codecs or _assumed_codec(sound)] if sound is not None else []
    bits_per_second = variant.bits_per_second + (sound.bits_per_second if sound is not None else 0)
    attributes = [f"BANDWIDTH={bits_per_second}", f'CODECS="{",".join(codecs)}"']
    attributes += [f"RESOLUTION={variant.width_px}x{variant.height_px}"] if is_video else []
    attributes += [f'AUDIO="{AUDIO_GROUP}"'] if sound is not None else []
    attributes += [f'SUBTITLES="{SUBTITLES_GROUP}"'] if has_captions else []
    return ["#EXT-X-STREAM-INF:" + ",".join(attributes), variant.uri]


def _assumed_codec(rendition: MasterRendition) -> str:
    if rendition.width_px is None or rendition.height_px is None:
        return _AUDIO_CODEC
    short_px = min(rendition.width_px, rendition.height_px)
    return next((codec for up_to_px, codec in _VIDEO_CODECS if short_px <= up_to_px), _LARGEST_VIDEO_CODEC)


def media_playlist(*, init_url: str, segments: Sequence[PlaylistSegment], is_complete: bool) -> str:
    """Return the playlist of one rendition, growing unless `is_complete`."""
    listed = _without_crumb(segments)
    # Without a start, players open a growing clip at its latest seconds, as if it were a live broadcast.
    start = "#EXT-X-START:TIME-OFFSET=0"
    lines = [*_head(listed, is_complete=is_complete), start, f'#EXT-X-MAP:URI="{init_url}"']
    return _listed(lines, listed, is_complete=is_complete)


def _without_crumb(segments: Sequence[PlaylistSegment]) -> Sequence[PlaylistSegment]:
    # hls.js takes a clip for ended when it finds the last segment buffered at the time that the segment names. Edit
    # lists shift that by a frame of sound or two of picture: a segment as short as that is looked for for ever.
    has_crumb = len(segments) > 1 and segments[-1].duration_ms < _CRUMB_MS
    return segments[:-1] if has_crumb else segments


def captions_playlist(parts: Sequence[PlaylistSegment], *, is_complete: bool) -> str:
    """Return the playlist of the captions, one WebVTT file a part, growing unless `is_complete`."""
    return _listed(_head(parts, is_complete=is_complete), parts, is_complete=is_complete)


def _head(segments: Sequence[PlaylistSegment], *, is_complete: bool) -> list[str]:
    # Rounded to the nearest integer, RFC 8216, section 4.3.3.1; it may not change while the playlist grows,
    # so it is at least what encoders are asked for.
    longest_ms = max([segment.duration_ms for segment in segments], default=0)
    target_s = max(math.floor(longest_ms / 1000 + 0.5), _SEGMENT_S)
    return [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{target_s}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if is_complete else 'EVENT'}",
    ]


_SEGMENT_S = 4
_CRUMB_MS = 100


def _listed(lines: list[str], segments: Sequence[PlaylistSegment], *, is_complete: bool) -> str:
    for segment in segments:
        lines += [f"#EXTINF:{segment.duration_ms / 1000:.3f},", segment.url]
    lines += ["#EXT-X-ENDLIST"] if is_complete else []
    return "\n".join(lines) + "\n"
