"""Why a clip cannot be used, in the language that is spoken: the worker says it in English."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, gettext_noop

from api_schema.media_jobs import FailureCode
from backend.domain.clips.models import Clip

_IN_OTHER_WORDS: dict[str, str] = {
    FailureCode.NOT_A_VIDEO: gettext_noop("The file is not a video or voice note that we can read."),
    FailureCode.CUT_SHORT: gettext_noop("The file ends before its recording does: send it again."),
    FailureCode.TOO_LONG: gettext_noop("The recording is too long."),
    FailureCode.TOO_LARGE: gettext_noop("The recording is too large to be processed."),
    FailureCode.UNDECODABLE: gettext_noop("The recording is damaged: it cannot be read."),
    FailureCode.TIMED_OUT: gettext_noop("Processing the recording took too long."),
    FailureCode.WORKER_ERROR: gettext_noop("The recording could not be processed. It is not your fault."),
}


def why_rejected(clip: Clip) -> str:
    """Return why the clip was rejected: in English as the worker said it, in any other language by its code."""
    said = _IN_OTHER_WORDS.get(clip.rejection_code)
    if said is None or (get_language() or "en").startswith("en"):
        return clip.rejection_reason
    return gettext(said)
