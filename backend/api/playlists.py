"""
Playlists, segments, captions, storyboards behind `/media/{signed}/`: players send no session, so the link is the right.

RFC 8216, section 4, names the media type; a growing playlist must not be cached.
"""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, re_path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from backend.api.endpoint import Endpoint
from backend.domain.clips.playback import (
    get_captions,
    get_playlist,
    get_storyboard,
    segment_url,
    storyboard_picture_url,
)
from backend.integrations.object_store import object_store

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
CAPTIONS_TYPE = "text/vtt; charset=utf-8"


class LinkedView(Endpoint):
    """Open to whoever has the link."""

    authentication_classes = ()
    permission_classes = ()


@extend_schema(exclude=True)
class PlaylistView(LinkedView):
    def get(self, _request: Request, signed: str, name: str) -> HttpResponse:
        playlist = get_playlist(signed=signed, name=name, now=timezone.now())
        return HttpResponse(playlist, content_type=PLAYLIST_TYPE, headers={"Cache-Control": "no-store"})


@extend_schema(exclude=True)
class SegmentView(LinkedView):
    def get(self, _request: Request, signed: str, rendition: str, sequence: str | None = None) -> HttpResponse:
        url = segment_url(
            signed=signed,
            rendition=rendition,
            sequence=None if sequence is None else int(sequence),
            store=object_store(),
            now=timezone.now(),
        )
        return _lead_to(url)


@extend_schema(exclude=True)
class LinkedCaptionsView(LinkedView):
    def get(self, _request: Request, signed: str, part: str | None = None) -> HttpResponse:
        captions = get_captions(signed=signed, part=None if part is None else int(part), now=timezone.now())
        return HttpResponse(captions, content_type=CAPTIONS_TYPE, headers={"Cache-Control": "no-store"})


@extend_schema(exclude=True)
class LinkedStoryboardView(LinkedView):
    def get(self, _request: Request, signed: str) -> HttpResponse:
        tiles = get_storyboard(signed=signed, now=timezone.now())
        return HttpResponse(tiles, content_type=CAPTIONS_TYPE, headers={"Cache-Control": "private, max-age=3600"})


@extend_schema(exclude=True)
class StoryboardPictureView(LinkedView):
    def get(self, _request: Request, signed: str) -> HttpResponse:
        url = storyboard_picture_url(signed=signed, store=object_store(), now=timezone.now())
        return _lead_to(url)


def _lead_to(url: str) -> HttpResponse:
    # Every tile names the same picture, and people play a moment again: who kept the answer need not ask twice.
    return HttpResponseRedirect(url, headers={"Cache-Control": "private, max-age=600"})


urlpatterns = [
    path("<str:signed>/storyboard.vtt", LinkedStoryboardView.as_view(), name="linked-storyboard"),
    path("<str:signed>/storyboard.jpg", StoryboardPictureView.as_view(), name="storyboard-picture"),
    path("<str:signed>/captions.vtt", LinkedCaptionsView.as_view(), name="linked-captions"),
    re_path(r"^(?P<signed>[^/]+)/captions/(?P<part>[0-9]{5})\.vtt$", LinkedCaptionsView.as_view(), name="part"),
    re_path(r"^(?P<signed>[^/]+)/(?P<rendition>[a-z0-9]+)/init\.mp4$", SegmentView.as_view(), name="init-segment"),
    re_path(
        r"^(?P<signed>[^/]+)/(?P<rendition>[a-z0-9]+)/(?P<sequence>[0-9]{5})\.m4s$",
        SegmentView.as_view(),
        name="segment",
    ),
    re_path(r"^(?P<signed>[^/]+)/(?P<name>[a-z0-9]+\.m3u8)$", PlaylistView.as_view(), name="playlist"),
]
