"""A clip that was recorded in pieces: their bytes, one behind the other, become the bytes of the final upload."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from django.utils import timezone

from backend.domain.actor import Actor
from backend.domain.clips.models import Upload
from backend.domain.clips.upload_rules import PiecesMissing
from backend.uploads.finishing import finish
from backend.uploads.staging import staged
from backend.uploads.staging.base import Staged
from backend.uploads.standing import Standing, take_over
from backend.uploads.writing import Writer

_BLOCK_BYTES = 1024 * 1024


def join(*, actor: Actor, upload: Upload, now: datetime) -> None:
    """
    Copy the pieces of a final upload behind one another, and finish it.

    Idempotent: after a crash it goes on where it stopped; of two at once, the later one goes on alone.

    :raises PiecesMissing: a piece is not whole; once it is, the same request succeeds.
    :raises DomainError: as `Writer.write` and `finish`.
    """
    standing = take_over(actor=actor, upload_id=upload.id, now=now)
    if not standing.is_finished:
        pieces = [take_over(actor=actor, upload_id=piece_id, now=now) for piece_id in upload.piece_ids]
        _check_whole(pieces)
        _copy(pieces, Writer(standing))
        finish(actor=actor, upload=standing.upload, now=timezone.now())
    for piece_id in upload.piece_ids:
        staged(piece_id).discard()


def _check_whole(pieces: list[Standing]) -> None:
    for piece in pieces:
        if piece.offset != piece.upload.declared_bytes:
            raise PiecesMissing(f"Of a piece {piece.offset} bytes are here. Send the rest, then join again.")


def _copy(pieces: list[Standing], writer: Writer) -> None:
    try:
        for block in _blocks(pieces, begin_at=writer.offset):
            writer.write([block])
    finally:
        writer.settle()


def _blocks(pieces: list[Standing], *, begin_at: int) -> Iterator[bytes]:
    """Yield the bytes of all pieces in their order, without the first `begin_at`."""
    for piece in pieces:
        if begin_at < piece.offset:
            yield from _piece_blocks(piece, begin_at=begin_at)
        begin_at = max(begin_at - piece.offset, 0)


def _piece_blocks(piece: Standing, *, begin_at: int) -> Iterator[bytes]:
    with _open(staged(piece.upload.id)) as file:
        file.seek(begin_at)
        while block := file.read(_BLOCK_BYTES):
            yield block


def _open(piece: Staged) -> BinaryIO:
    with piece.guarded_everywhere():
        piece.seal()
        file = piece.open()
    assert file is not None  # it is sealed
    return file
