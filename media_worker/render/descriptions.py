"""What the backend is told about each file beside the segments; sizes in bytes are known once it is published."""

from __future__ import annotations

from api_schema.media_jobs import FILE_NAMES, PublishedFile
from media_worker.render.plan import RenderPlan
from media_worker.render.sound import WAVEFORM_HEIGHT_PX, WAVEFORM_WIDTH_PX

_NOT_YET = 0  # bytes


def describe_stills(plan: RenderPlan) -> tuple[PublishedFile, ...]:
    """Return the poster and the storyboard of a clip with a picture."""
    board = plan.storyboard
    if board is None:
        return ()
    top = plan.ladder[0]
    return (
        PublishedFile(FILE_NAMES["poster"], _NOT_YET, width_px=top.width_px, height_px=top.height_px),
        PublishedFile(
            FILE_NAMES["storyboard"],
            _NOT_YET,
            width_px=board.tile_width_px * board.columns,
            height_px=board.tile_height_px * board.rows,
            columns=board.columns,
            rows=board.rows,
            tile_interval_ms=board.interval_ms,
        ),
    )


def describe_sound(plan: RenderPlan) -> tuple[PublishedFile, ...]:
    """Return what is made of all of the sound: a WAV for the captions, and of a voice note its picture."""
    if plan.probe.audio is None:
        return ()
    speech = PublishedFile(FILE_NAMES["speech"], _NOT_YET)
    if plan.probe.video is not None:
        return (speech,)
    size = {"width_px": WAVEFORM_WIDTH_PX, "height_px": WAVEFORM_HEIGHT_PX}
    return (speech, PublishedFile(FILE_NAMES["waveform"], _NOT_YET, **size))


def describe_offline(plan: RenderPlan) -> PublishedFile:
    """Return the file for taking along, as large as the best rendition."""
    top = plan.ladder[0] if plan.ladder else None
    size = (top.width_px, top.height_px) if top else (None, None)
    return PublishedFile(FILE_NAMES["offline"], _NOT_YET, width_px=size[0], height_px=size[1])
