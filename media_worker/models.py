"""
Fetch a Whisper model for faster-whisper: `python -m media_worker.models NAME DIRECTORY`, or `make models`.

Run by a person, never by the worker: a worker that can only read what lies on its disk needs no way out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

# As published by the makers of faster-whisper, converted to CTranslate2; others by their own full name.
_PUBLISHED_AS = "Systran/faster-whisper-{name}"
_NEEDED = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]


class UnableToFetch(Exception):
    """There is no model; the text is one sentence for the person who asked."""


def fetch_model(name: str, directory: Path) -> Path:
    """
    Return the place below `directory` of the model `name` ("small", or "owner/name"), fetched unless it is there.

    A model appears under its name only when all of it is there; a fetch that was cut goes on where it stopped.

    :raises UnableToFetch: no such model, no way to it, or no room.
    """
    target = directory / name.replace("/", "--")
    if target.is_dir():
        return target
    part = directory / f".{target.name}.part"
    try:
        snapshot_download(
            name if "/" in name else _PUBLISHED_AS.format(name=name), local_dir=part, allow_patterns=_NEEDED
        )
    except RepositoryNotFoundError as error:
        raise UnableToFetch(f"There is no model {name!r}; known ones are tiny, base, small and medium.") from error
    except (LocalEntryNotFoundError, HfHubHTTPError) as error:
        raise UnableToFetch(f"The model {name!r} could not be fetched; is this machine online?") from error
    except OSError as error:
        raise UnableToFetch(f"The model {name!r} could not be stored: {error.strerror}.") from error
    part.rename(target)
    return target


def main(arguments: list[str]) -> int:
    name, directory = arguments
    try:
        place = fetch_model(name, Path(directory))
    except UnableToFetch as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{place} is there; a worker that starts from now on writes its captions with it.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
