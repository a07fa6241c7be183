"""Files that are no clips, or try to be more than one. Each maker returns what the phone would send."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.media_worker import footage
from tests.media_worker.trap import Trap

Maker = Callable[[Path, Trap], bytes]

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30")


def made(*arguments: str, name: str) -> Maker:
    """Return a maker of the file `name` by ffmpeg from a test picture."""

    def make(directory: Path, _: Trap) -> bytes:
        footage.run_ffmpeg(*_PICTURE, *arguments, directory / name)
        return (directory / name).read_bytes()

    return make


def text(template: str) -> Maker:
    """Return a maker of a text in which {next_door} and {server} stand for what must not be reached."""

    def make(_: Path, trap: Trap) -> bytes:
        return template.format(next_door=trap.directory, server=trap.address).encode()

    return make


def hls(*lines: str) -> Maker:
    head = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:1"]
    return text("\n".join([*head, *lines, "#EXT-X-ENDLIST", ""]))


def just(content: bytes) -> Maker:
    return lambda _directory, _trap: content


def archive(_: Path, trap: Trap) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.write(trap.clip, "clip.mp4")
    return packed.getvalue()


def cut(share: float, *arguments: str, name: str = "whole.mp4", seconds: float = 2) -> Maker:
    """Return a maker of a film that ends after `share` of its bytes."""

    def make(directory: Path, _: Trap) -> bytes:
        whole = footage.film(directory / "filmed.mp4", seconds=seconds)
        footage.run_ffmpeg("-i", whole, "-c", "copy", *arguments, directory / name)
        content = (directory / name).read_bytes()
        return content[: int(len(content) * share)]

    return make


def timestamp_bomb(suffix: str, *arguments: str) -> Maker:
    def make(directory: Path, _: Trap) -> bytes:
        bomb = footage.make_timestamp_bomb(directory / "two-frames.mp4")
        target = directory / f"bomb{suffix}"
        footage.run_ffmpeg("-i", bomb, "-c", "copy", *arguments, target)
        return target.read_bytes()

    return make


def pixel_bomb(directory: Path, _: Trap) -> bytes:
    """Return a few kilobytes that say openly that they hold 8,192 × 4,352 pixels."""
    huge = directory / "huge.mp4"
    footage.run_ffmpeg(
        "-f", "lavfi", "-i", "color=size=8192x4352:rate=1", "-frames:v", "1",
        "-c:v", "libx264", "-preset", "ultrafast", huge,
    )  # fmt: skip
    return huge.read_bytes()


def pixel_bomb_under_a_small_header(directory: Path, _: Trap) -> bytes:
    """Return a few kilobytes whose header says 160 × 120, and whose frames 16,000 × 16,000."""
    tiny = directory / "tiny.webm"
    footage.run_ffmpeg(*_PICTURE, "-t", "1", "-c:v", "libvpx", tiny)
    start_of_frame = b"\x9d\x01\x2a"
    return tiny.read_bytes().replace(
        start_of_frame + struct.pack("<HH", 160, 120), start_of_frame + struct.pack("<HH", 16_000, 16_000)
    )


def pixel_bomb_behind_a_small_picture(directory: Path, _: Trap) -> bytes:
    """Return a film whose second half is as large as that, long after the probe has looked."""
    tiny = directory / "tiny.mov"
    footage.run_ffmpeg(*_PICTURE, "-t", "6", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", tiny)
    content = tiny.read_bytes()
    return content[: len(content) // 2] + _enlarged(content[len(content) // 2 :])


def _enlarged(content: bytes) -> bytes:
    """Return MJPEG in a MOV with each 160 × 120 written as 16,000 × 16,000."""
    start_of_frame = b"\xff\xc0\x00\x11\x08"  # height first, in the sample description width
    huge = struct.pack(">HH", 16_000, 16_000)
    frames = content.replace(start_of_frame + struct.pack(">HH", 120, 160), start_of_frame + huge)
    return frames.replace(struct.pack(">HH", 160, 120), huge)


def undecodable(directory: Path, _: Trap) -> bytes:
    return footage.film(directory / "whole.mp4", seconds=1, sound=False).read_bytes().replace(b"avc1", b"xyz1")


def nested(depth: int) -> Maker:
    """Return a maker of an MP4 with an index of `depth` boxes, each inside the one before."""

    def make(directory: Path, _: Trap) -> bytes:
        content = b""
        for _level in range(depth):
            content = box(b"trak", content)
        return box(b"ftyp", b"isom\0\0\2\0isomiso2") + box(b"moov", content)

    return make


def endless_boxes(_: Path, __: Trap) -> bytes:
    """Return boxes that claim lengths around every limit that a reader may have."""
    lengths = (0, 1, 7, 8, 2**31, 2**32 - 1)
    return box(b"ftyp", b"isom\0\0\2\0isomiso2") + b"".join(struct.pack(">I4s", length, b"moov") for length in lengths)


def index_of_another_file(directory: Path, trap: Trap) -> bytes:
    """Return a MOV whose pictures are said to lie in a file next door, by a Macintosh alias in its `dref`."""
    filmed = footage.film(directory / "filmed.mov", seconds=1, sound=False).read_bytes()
    boxes = dict(split(filmed))
    elsewhere = rebuilt(boxes[b"moov"], lambda kind, body: _alias(trap) if kind == b"dref" else body)
    return box(b"ftyp", b"qt  \0\0\2\0qt  ") + box(b"moov", elsewhere)


def _alias(trap: Trap) -> bytes:
    path = str(trap.directory / "secret.mov").encode()
    path += b"\0" * (len(path) % 2)
    name = b"secret.mov"
    record = bytes(10) + b"\4disk".ljust(28, b"\0") + bytes(12) + (bytes([len(name)]) + name).ljust(64, b"\0")
    record += bytes(16) + bytes(4) + bytes(16)
    record += struct.pack(">HH", 2, len(path)) + path + struct.pack(">HH", 0xFFFF, 0)
    return struct.pack(">II", 0, 1) + box(b"alis", bytes(4) + record)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def split(content: bytes) -> list[tuple[bytes, bytes]]:
    """Return type and body of each box."""
    boxes, start = [], 0
    while start + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, start)
        boxes.append((kind, content[start + 8 : start + length]))
        start += length
    return boxes


def rebuilt(content: bytes, change: Callable[[bytes, bytes], bytes]) -> bytes:
    """Return the boxes of an index with each body changed, and every length around it right."""
    inner = {b"trak", b"mdia", b"minf", b"dinf"}
    return b"".join(
        box(kind, rebuilt(body, change) if kind in inner else change(kind, body)) for kind, body in split(content)
    )
