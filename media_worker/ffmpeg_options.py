"""How every reader of a hostile file is told to open it: the same few doors for the probe and for the encode."""

from __future__ import annotations

from typing import Literal

import imageio_ffmpeg

# What phones and browsers record. Not in the list: playlists, concat scripts, image sequences, anything that
# names other files.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,wav,mp3"

# Names of decoders, as `codec_whitelist` wants them.
VIDEO_DECODERS = (
    "h264",
    "hevc",
    "vp8",
    "vp9",
    "libvpx",
    "libvpx-vp9",
    "av1",
    "libdav1d",
    "mpeg4",
    "h263",
    "mjpeg",
    "prores",
)
AUDIO_DECODERS = (
    "aac", "alac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "amrnb", "amrwb", "eac3", "ac3",
    "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_alaw", "pcm_mulaw",
)  # fmt: skip
ALLOWED_DECODERS = frozenset(VIDEO_DECODERS + AUDIO_DECODERS)

OPEN_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": FORMATS,
    "codec_whitelist": ",".join(VIDEO_DECODERS + AUDIO_DECODERS),
}


def local_file(name: str) -> str:
    """Return `name` so that it can only mean a file: a bare name may be read as an option or a protocol."""
    return f"file:{name}"


def ffmpeg_program() -> str:
    """Return the path of the ffmpeg that ships with the worker's requirements."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def ffmpeg_start() -> list[str]:
    """Return how each of our ffmpeg commands begins: silent but for errors."""
    # In front, because ffmpeg ignores options that come after the last output.
    return [ffmpeg_program(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error"]


def tell_progress(kind: Literal["v", "a"]) -> dict[str, str]:
    """
    Return output options that print the time in seconds of each frame as it is encoded.

    Not `-progress`: it stays silent until every output has begun, and the storyboard begins with its last tile.
    """
    return {f"stats_enc_post:{kind}": "pipe:1", f"stats_enc_post_fmt:{kind}": "{t}"}
