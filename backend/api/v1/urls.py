"""Every address of version 1: one resource a module."""

from django.urls import URLPattern, URLResolver, path

from backend.api.v1 import asks, assets, clips, devices, howtos, inbox, me, replies, search, suggestions, threads, tries

urlpatterns: list[URLPattern | URLResolver] = [
    path("me", me.MeView.as_view()),
    path("me/ground-rules", me.GroundRulesView.as_view()),
    path("me/sessions", me.SessionsView.as_view()),
    path("me/sessions/<str:session_id>", me.SessionView.as_view()),
    path("assets", assets.AssetsView.as_view()),
    path("assets/<uuid:asset_id>", assets.AssetView.as_view()),
    path("threads", threads.ThreadsView.as_view()),
    path("threads/<uuid:thread_id>", threads.ThreadView.as_view()),
    path("threads/<uuid:thread_id>/moves", threads.MovesView.as_view()),
    path("threads/<uuid:thread_id>/suggestions", suggestions.SuggestionsView.as_view()),
    path("suggestions/<uuid:suggestion_id>/tries", tries.TriesView.as_view()),
    path("tries/<uuid:try_id>/outcome", tries.OutcomeView.as_view()),
    path("clips/<uuid:clip_id>", clips.ClipView.as_view()),
    path("clips/<uuid:clip_id>/playback", clips.PlaybackView.as_view()),
    path("clips/<uuid:clip_id>/captions.vtt", clips.CaptionsView.as_view()),
    path("clips/<uuid:clip_id>/cues", clips.CuesView.as_view()),
    path("clips/<uuid:clip_id>/retry", clips.RetryView.as_view()),
    path("asks/<uuid:ask_id>/response", asks.ResponseView.as_view()),
    path("replies", replies.RepliesView.as_view()),
    path("howtos", howtos.HowTosView.as_view()),
    path("howtos/<uuid:howto_id>", howtos.HowToView.as_view()),
    path("howtos/<uuid:howto_id>/draft", howtos.DraftView.as_view()),
    path("howtos/<uuid:howto_id>/release", howtos.ReleaseView.as_view()),
    path("howtos/<uuid:howto_id>/new-version", howtos.NewVersionView.as_view()),
    path("search", search.SearchView.as_view()),
    path("inbox", inbox.InboxView.as_view()),
    path("inbox/unread", inbox.UnreadView.as_view()),
    path("inbox/<uuid:item_id>/read", inbox.ReadView.as_view()),
    path("devices", devices.DevicesView.as_view()),
    path("devices/<uuid:device_id>", devices.DeviceView.as_view()),
]
