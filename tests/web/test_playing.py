"""Clips as a person sees and hears them, in Chromium with hls.js."""

from __future__ import annotations

import pytest

from tests.web.conftest import Arrive, Footage
from tests.web.player import Player


class TestPlayAClipThatIsBeingRendered:
    @pytest.mark.slow  # pages/test_watching_what_is_rendered.py plays one on the page of its thread
    def test_begins_with_its_first_seconds_and_goes_on_to_its_end(
        self, arrive: Arrive, films: Footage, player: Player
    ) -> None:
        clip = arrive(films.wide)
        clip.render.publish(until_s=2)

        player.play(clip.links()["hls_url"])
        begun, status_then = player.standing(), clip.links()["status"]
        seen = player.corners()
        clip.render.publish(until_s=6)
        player.wait_for("() => video.currentTime > 4")
        clip.render.finish()
        player.wait_for("() => video.ended")

        ended = player.standing()
        assert (status_then, clip.links()["status"]) == ("processing", "ready")
        assert begun.width_px > 0
        assert max(max(colour) for colour in seen) > 60
        assert ended.at_s == pytest.approx(8, abs=0.1)
        assert (ended.faults, ended.error, player.tab.complaints) == ([], None, [])

    @pytest.mark.slow
    def test_begins_at_its_beginning_however_much_is_there(
        self, arrive: Arrive, films: Footage, player: Player
    ) -> None:
        clip = arrive(films.long)
        clip.render.publish(until_s=28)

        player.play(clip.links()["hls_url"])

        assert player.standing().at_s < 2


class TestPlayAClip:
    @pytest.mark.slow
    def test_offers_every_size_that_was_rendered(self, arrive: Arrive, films: Footage, player: Player) -> None:
        clip = arrive(films.wide)
        clip.render.finish()

        player.play(clip.links()["hls_url"])
        for height_px in (720, 240, 480):
            player.choose_height(height_px)

        assert player.standing().heights_px == [240, 480, 720]
        assert player.standing().faults == []

    def test_can_be_heard(self, arrive: Arrive, films: Footage, player: Player) -> None:
        clip = arrive(films.wide)
        clip.render.finish()

        player.play(clip.links()["hls_url"])
        player.wait_for("() => video.webkitAudioDecodedByteCount > 0")

        assert player.standing().sounds == ["Sound"]

    @pytest.mark.slow
    def test_ends_although_its_last_segment_is_a_single_frame(
        self, arrive: Arrive, films: Footage, player: Player
    ) -> None:
        clip = arrive(films.with_crumb)
        clip.render.finish()

        player.play(clip.links()["hls_url"])
        player.tab.run("() => { video.currentTime = 9.5 }")
        player.wait_for("() => video.ended")

        assert player.standing().duration_s == pytest.approx(10, abs=0.1)

    def test_stands_upright_as_it_was_filmed(self, arrive: Arrive, films: Footage, player: Player) -> None:
        clip = arrive(films.upright)
        clip.render.finish()

        player.play(clip.links()["hls_url"])
        player.stop_at(0.5)

        standing = player.standing()
        assert (standing.width_px, standing.height_px) == (240, 320)
        assert [is_red(colour) for colour in player.corners()] == [False, False, True, False]

    def test_plays_where_a_browser_knows_hls_by_itself(self, arrive: Arrive, films: Footage, player: Player) -> None:
        if not player.tab.run("() => video.canPlayType('application/vnd.apple.mpegurl')"):
            pytest.skip("this Chromium is older than its own HLS")
        clip = arrive(films.wide)
        clip.render.finish()

        player.play_without_script(clip.links()["hls_url"])
        player.tab.run("() => { video.currentTime = 7.5 }")
        player.wait_for("() => video.ended")

        assert player.standing().width_px > 0
        assert player.standing().decoded_sound_bytes > 0


class TestPlayAVoiceNote:
    def test_is_heard_to_its_end_without_a_picture(self, arrive: Arrive, films: Footage, player: Player) -> None:
        note = arrive(films.voice_note)
        note.render.finish()

        links = note.links()
        player.play(links["hls_url"])
        player.wait_for("() => video.ended")

        standing = player.standing()
        assert standing.at_s == pytest.approx(3, abs=0.1)
        assert (standing.width_px, standing.faults) == (0, [])
        assert standing.decoded_sound_bytes > 0
        assert player.tab.run("sizeOfPicture", links["waveform_url"])[0] > 0


def is_red(colour: tuple[int, int, int]) -> bool:
    red, green, blue = colour
    return red > 150 and green < 90 and blue < 90
