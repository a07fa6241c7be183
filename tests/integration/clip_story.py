"""What became of a clip, as its author, a player and an operator can see it."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import imageio_ffmpeg

from backend.domain.clips.models import Artefact, Clip, Cue, Segment
from backend.integrations.local_store import LocalStore
from backend.outbox.models import OutboxEvent
from tests.domain.clips.worker import states_of


def story(clip: Clip) -> dict[str, Any]:
    """Return everything that a person may come to see of the clip, without ids, times and sizes."""
    segments = Segment.objects.filter(artefact__clip=clip).order_by("artefact__kind", "sequence")
    return {
        "status": Clip.objects.get(pk=clip.pk).status,
        "artefacts": states_of(clip),
        "segments": list(segments.values_list("artefact__kind", "sequence", "duration_ms")),
        "captions": list(Cue.objects.filter(clip=clip).order_by("position").values_list("position", "text")),
        "events": {name: count_events(name, clip) for name in ("captions.ready", "clip.rejected")},
    }


def count_events(name: str, clip: Clip) -> int:
    return OutboxEvent.objects.filter(name=name, payload__clip_id=str(clip.pk)).count()


def stored_wrongly(clip: Clip, store: LocalStore) -> list[str]:
    """Return the objects that are not stored as the rows say."""
    segments = Segment.objects.filter(artefact__clip=clip)
    renditions = set(segments.values_list("artefact_id", flat=True))  # their own key is the init segment
    files = Artefact.objects.filter(clip=clip).exclude(object_key="").exclude(pk__in=renditions)
    told = [*segments.values_list("object_key", "size_bytes"), *files.values_list("object_key", "size_bytes")]
    return [key for key, size_bytes in told if store.head(key) != size_bytes]


def attempts_played(clip: Clip) -> set[str]:
    """Return whose segments a player is sent to: one attempt's, never a mixture. Stills of an earlier one may stay."""
    segments = Segment.objects.filter(artefact__clip=clip)
    keys = segments.values_list("object_key", "artefact__object_key")
    return {key.split("/")[4] for segment_and_init in keys for key in segment_and_init}


def watch(address: str) -> tuple[int, float]:
    """Play the address to its end with a player that knows nothing of us; return frames and seconds that it showed."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-extension_picky", "0"]
    command += ["-allowed_extensions", "ALL", "-i", address, "-map", "0:v:0", "-map", "0:a:0", "-f", "null", "-"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    frames, minutes, seconds = re.findall(r"frame= *(\d+).*time=00:(\d+):([\d.]+)", played.stderr)[-1]
    return int(frames), int(minutes) * 60 + float(seconds)
