from __future__ import annotations

import re
from dataclasses import replace

import pytest

from backend.domain.clips.hls import (
    MasterRendition,
    PlaylistSegment,
    captions_playlist,
    master_playlist,
    media_playlist,
)

V240 = MasterRendition("v240.m3u8", 400_000, 426, 240)
V720 = MasterRendition("v720.m3u8", 2_500_000, 720, 1280)
AUDIO = MasterRendition("audio.m3u8", 128_000, None, None)


class TestMasterPlaylist:
    def test_shares_one_sound_among_the_pictures_and_offers_captions(self) -> None:
        playlist = master_playlist(videos=[V720, V240], audio=AUDIO, captions_uri="captions.m3u8", language="en")

        assert playlist.splitlines() == [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Sound",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="audio.m3u8"',
            (
                '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="Captions",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,'
                'URI="captions.m3u8"'
            ),
            (
                '#EXT-X-STREAM-INF:BANDWIDTH=528000,CODECS="avc1.640015,mp4a.40.2",RESOLUTION=426x240,AUDIO="audio",'
                'SUBTITLES="captions"'
            ),
            "v240.m3u8",
            (
                '#EXT-X-STREAM-INF:BANDWIDTH=2628000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=720x1280,AUDIO="audio",'
                'SUBTITLES="captions"'
            ),
            "v720.m3u8",
        ]

    def test_is_one_variant_for_a_voice_note(self) -> None:
        playlist = master_playlist(videos=[], audio=AUDIO, captions_uri=None, language="en")

        assert playlist.splitlines()[3:] == [
            '#EXT-X-STREAM-INF:BANDWIDTH=128000,CODECS="mp4a.40.2"',
            "audio.m3u8",
        ]

    def test_names_no_sound_of_a_silent_clip(self) -> None:
        playlist = master_playlist(videos=[V240], audio=None, captions_uri=None, language="und")

        assert playlist.splitlines()[3:] == [
            '#EXT-X-STREAM-INF:BANDWIDTH=400000,CODECS="avc1.640015",RESOLUTION=426x240',
            "v240.m3u8",
        ]

    def test_names_codecs_as_they_were_encoded_once_they_are_known(self) -> None:
        copied = replace(V720, codecs="avc1.4d4028")
        sound = replace(AUDIO, codecs="mp4a.40.5")

        playlist = master_playlist(videos=[V240, copied], audio=sound, captions_uri=None, language="en")

        codecs = re.findall(r'CODECS="([^"]*)"', playlist)
        assert codecs == ["avc1.640015,mp4a.40.5", "avc1.4d4028,mp4a.40.5"]


class TestMediaPlaylist:
    SEGMENTS = (PlaylistSegment("https://store/0", 4_000), PlaylistSegment("https://store/1", 2_503))

    def test_grows_while_the_clip_is_rendered(self) -> None:
        playlist = media_playlist(init_url="https://store/init", segments=self.SEGMENTS, is_complete=False)

        assert playlist.splitlines() == [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            "#EXT-X-TARGETDURATION:4",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:EVENT",
            "#EXT-X-START:TIME-OFFSET=0",
            '#EXT-X-MAP:URI="https://store/init"',
            "#EXTINF:4.000,",
            "https://store/0",
            "#EXTINF:2.503,",
            "https://store/1",
        ]

    def test_ends_when_the_rendition_is_whole(self) -> None:
        lines = media_playlist(init_url="https://store/init", segments=self.SEGMENTS, is_complete=True).splitlines()

        assert "#EXT-X-PLAYLIST-TYPE:VOD" in lines
        assert lines[-1] == "#EXT-X-ENDLIST"

    @pytest.mark.parametrize("is_complete", [False, True])
    def test_leaves_a_last_frame_or_two_out_for_players_never_find_them(self, is_complete: bool) -> None:
        with_crumb = [*self.SEGMENTS, PlaylistSegment("https://store/2", 67)]

        playlist = media_playlist(init_url="i", segments=with_crumb, is_complete=is_complete)

        assert playlist == media_playlist(init_url="i", segments=self.SEGMENTS, is_complete=is_complete)

    def test_lists_a_clip_of_one_frame(self) -> None:
        playlist = media_playlist(init_url="i", segments=[PlaylistSegment("s", 33)], is_complete=True)

        assert "#EXTINF:0.033,\ns\n" in playlist

    def test_announces_the_longest_segment_rounded(self) -> None:
        playlist = media_playlist(init_url="i", segments=[PlaylistSegment("s", 6_500)], is_complete=True)

        assert "#EXT-X-TARGETDURATION:7\n" in playlist


class TestCaptionsPlaylist:
    PARTS = (PlaylistSegment("captions/00000.vtt", 10_000), PlaylistSegment("captions/00001.vtt", 2_000))

    def test_lists_every_part_of_complete_captions(self) -> None:
        assert captions_playlist(self.PARTS, is_complete=True).splitlines() == [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            "#EXT-X-TARGETDURATION:10",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXTINF:10.000,",
            "captions/00000.vtt",
            "#EXTINF:2.000,",
            "captions/00001.vtt",
            "#EXT-X-ENDLIST",
        ]

    def test_grows_while_the_rest_is_being_heard(self) -> None:
        lines = captions_playlist(self.PARTS[:1], is_complete=False).splitlines()

        assert "#EXT-X-PLAYLIST-TYPE:EVENT" in lines
        assert lines[-1] == "captions/00000.vtt"
