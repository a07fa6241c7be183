"""
What phones, browsers and their settings make of one scene, one row a file.

The scene: light grey with a red upper left corner; at 0.5 s a white flash in the middle, and a click.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.media_worker.footage import add_spatial_audio_first, run_ffmpeg

Maker = Callable[[Path], Path]
Size = tuple[int, int]

_CLICK = "0.8*sin(2*PI*1500*t)*between(t,0.5,0.55)+0.02*sin(2*PI*300*t)"
# Both places in which an MP4 says where it was filmed: `loci`, and the key that iPhones write.
_APPLE = ("-movflags", "use_metadata_tags", "-metadata", "com.apple.quicktime.location.ISO6709=+51.5334-000.1255/")
_PLACE = (
    "-metadata",
    "location=+51.5334-000.1255/",
    "-metadata",
    "title=secret-title",
    "-metadata",
    "model=SecretFone",
)
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_FLAT = ("-crf", "20", "-x264-params", "colorprim=bt709:transfer=bt709:colormatrix=bt709")
_WITH_B_FRAMES = ("-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-pix_fmt", "yuv420p", *_FLAT)


@dataclass(frozen=True)
class Footage:
    """One row: how to make the file, and what must come out. `flash_ms`: None where nothing flashes."""

    name: str
    make: Maker
    shown: Size = (320, 240)
    largest: Size = (320, 240)
    corner: str = "upper left"
    duration_ms: int = 1_200
    flash_ms: int | None = 500
    has_sound: bool = True
    is_copied: bool = False
    is_high_dynamic_range: bool = False
    colours: tuple[int, int, int] = (1, 1, 1)  # primaries, transfer, matrix: BT.709


def scene(size: str = "320x240", rate: str = "30", seconds: float = 1.2, *, shape: str = "") -> list[str]:
    """Return the inputs of ffmpeg that film the scene: picture 0, sound 1. `shape`: filters after it."""
    corner = "drawbox=w=iw/4:h=ih/4:color=red:t=fill"
    flash = "drawbox=x=(iw-w)/2:y=(ih-h)/2:w=iw/5:h=ih/5:color=white:t=fill:enable='between(t,0.499,0.62)'"
    picture = f"color=0xc0c0c0:size={size}:rate={rate}:duration={seconds},format=gbrp,{corner},{flash}{shape}"
    sound = f"aevalsrc='{_CLICK}':sample_rate=48000:duration={seconds}"
    return ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]


# Conversion from RGB as the name says, not as the library's default does.
_IN_709 = ",scale=out_color_matrix=bt709:out_range=tv,format=yuv444p"
_IN_601 = ",scale=out_color_matrix=bt601:out_range=tv,format=yuv444p"
_UNKNOWN = ",setparams=colorspace=unknown"
_FULL_RANGE = ",scale=out_color_matrix=bt709:out_range=pc,format=yuvj420p"


def film(*encode: str, suffix: str = ".mp4", **filmed: str | float) -> Maker:
    """Return a maker of the scene encoded so. Options of `scene` by name; the shape defaults to BT.709."""

    def make(directory: Path) -> Path:
        target = directory / f"filmed{suffix}"
        size, rate = str(filmed.get("size", "320x240")), str(filmed.get("rate", "30"))
        inputs = scene(size, rate, float(filmed.get("seconds", 1.2)), shape=str(filmed.get("shape", _IN_709)))
        run_ffmpeg(*inputs, *_PLACE, *(encode or (*_H264, *_FLAT)), target)
        return target

    return make


def rewrap(make: Maker, *, before: tuple[str, ...] = (), after: tuple[str, ...] = (), suffix: str = ".mp4") -> Maker:
    """Return a maker of the same packets in another container, with options before and after the input."""

    def remake(directory: Path) -> Path:
        target = directory / f"rewrapped{suffix}"
        source = make(directory)
        run_ffmpeg(*before, "-i", source, "-map", "0", "-c", "copy", *_PLACE, *_APPLE, *after, target)
        return target

    return remake


def with_spatial_audio_first(directory: Path) -> Path:
    return add_spatial_audio_first(film()(directory), directory / "spatial.mp4")


def from_browser(directory: Path) -> Path:
    """Record as MediaRecorder does: WebM that is never gone back to, so without a duration."""
    target = directory / "browser.webm"
    run_ffmpeg(*scene(shape=_IN_601), *_PLACE, "-c:v", "libvpx", "-deadline", "realtime", "-pix_fmt", "yuv420p",
               "-b:v", "1M", "-c:a", "libopus", "-live", "1", "-f", "webm", target)  # fmt: skip
    return target


def in_high_dynamic_range(transfer: str) -> Maker:
    tags = f"log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    return film(
        "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params", tags,
        shape=",scale=out_color_matrix=bt2020:out_range=tv,format=yuv420p10le",
    )  # fmt: skip


def _turned(degrees: int, *options: str) -> Maker:
    return rewrap(film(), before=("-display_rotation:v:0", str(degrees), *options))


_MIRROR = ("-display_hflip:v:0",)
_SIDEWAYS = (240, 320)
_SD_TAGS = ("-x264-params", "colorprim=smpte170m:transfer=smpte170m:colormatrix=smpte170m")
_UNTAGGED = (*_H264, "-crf", "20")

MATRIX = (
    Footage("plain", film(), is_copied=True),
    Footage("index at the end", rewrap(film()), is_copied=True),
    Footage("index first", rewrap(film(), after=("-movflags", "+faststart")), is_copied=True),
    Footage("fragmented", rewrap(film(), after=("-movflags", "frag_keyframe+empty_moov"))),
    Footage("B-frames", film(*_WITH_B_FRAMES), is_copied=True),
    Footage("fragmented with B-frames", rewrap(film(*_WITH_B_FRAMES), after=("-movflags", "frag_keyframe+delay_moov")),
            is_copied=True),
    Footage("turned by 90", _turned(90), shown=_SIDEWAYS, largest=_SIDEWAYS, corner="lower left"),
    Footage("turned by 180", _turned(180), corner="lower right"),
    Footage("turned by 270", _turned(270), shown=_SIDEWAYS, largest=_SIDEWAYS, corner="upper right"),
    Footage("mirrored", _turned(0, *_MIRROR), corner="upper right"),
    Footage("mirrored and turned", _turned(90, *_MIRROR), shown=_SIDEWAYS, largest=_SIDEWAYS, corner="lower right"),
    Footage("HLG", in_high_dynamic_range("arib-std-b67"), is_high_dynamic_range=True),
    Footage("PQ", in_high_dynamic_range("smpte2084"), is_high_dynamic_range=True),
    Footage("10 bits a colour", film("-c:v", "libx264", "-pix_fmt", "yuv420p10le", *_FLAT)),
    Footage("full range", film(*_H264[:4], *_FLAT, shape=_FULL_RANGE)),
    Footage("BT.601", film(*_H264, "-crf", "20", *_SD_TAGS, shape=_IN_601), is_copied=True, colours=(6, 6, 6)),
    Footage("BT.601 untagged", film(*_UNTAGGED, shape=_IN_601 + _UNKNOWN), is_copied=True, colours=(6, 6, 6)),
    Footage("HD untagged", film(*_UNTAGGED, size="1280x720", shape=_IN_709 + _UNKNOWN),
            shown=(1280, 720), largest=(1280, 720), is_copied=True),
    Footage("4K at 60", film(rate="60", size="3840x2160", seconds=1), shown=(3840, 2160), largest=(1280, 720),
            duration_ms=1_000),
    Footage("slow motion", film(rate="120")),
    Footage("upright", film(size="1080x1920", seconds=1), shown=(1080, 1920), largest=(720, 1280), duration_ms=1_000),
    Footage("varying frame rate", film(*_H264, *_FLAT, "-fps_mode", "vfr",
            shape=f",select='not(mod(n,3))+between(t,0.45,0.65)'{_IN_709}")),
    Footage("odd sides", film("-c:v", "libx264", "-pix_fmt", "yuv444p", *_FLAT, size="201x151", suffix=".mkv"),
            shown=(201, 151), largest=(200, 150)),
    Footage("pixels that are not square", film(*_H264, *_FLAT, size="240x240", shape=f"{_IN_709},setsar=4/3")),
    Footage("one frame", film(*_H264, *_FLAT, "-an", "-frames:v", "1"), duration_ms=33, flash_ms=None,
            has_sound=False, is_copied=True),
    Footage("eight seconds of black", film(*_H264, *_FLAT, seconds=8, shape=f",hue=b=-10{_IN_709}"), duration_ms=8_000,
            flash_ms=None),
    Footage("edit list", rewrap(film(), before=("-ss", "0.2")), duration_ms=1_000, flash_ms=300),
    Footage("no audio", film(*_H264, *_FLAT, "-an"), has_sound=False, is_copied=True),
    Footage("audio that nobody decodes first", with_spatial_audio_first, is_copied=True),
    Footage("audio shorter", film(*_H264, *_FLAT, "-af", "atrim=end=0.8"), is_copied=True),
    Footage("audio longer", film(*_H264, *_FLAT, "-af", "apad=whole_dur=1.8"), duration_ms=1_800, is_copied=True),
    Footage("audio in 5.1", film(*_H264, *_FLAT, "-ac", "6"), is_copied=True),
    Footage("audio in mono", film(*_H264, *_FLAT, "-ac", "1"), is_copied=True),
    Footage("audio at 8 kHz", film(*_H264, *_FLAT, "-ar", "8000", "-c:a", "pcm_mulaw", suffix=".mov"), is_copied=True),
    Footage("WebM from a browser", from_browser),
)  # fmt: skip
