"""What comes with a clip: captions, previews of the time line, and the file for places without a network."""

from __future__ import annotations

import re

import pytest

from tests.domain.clips.worker import SPOKEN
from tests.web.conftest import Arrive, Footage
from tests.web.player import Player

DOUBTFUL = "<c.doubtful>The display shows E4.</c>"


class TestCaptions:
    def test_show_what_is_said_while_it_is_said(self, arrive: Arrive, films: Footage, player: Player) -> None:
        clip = arrive(films.wide)
        clip.render.finish()
        clip.render.caption(*SPOKEN)

        player.play(clip.links()["hls_url"])
        player.switch_captions_on()
        shown = []
        for at_s in (0.5, 1.5, 3.8, 5):
            player.stop_at(at_s)
            shown.append(player.captions())

        assert shown == [[], ["This chiller will not start."], [], [DOUBTFUL]]
        assert player.standing().captions == ["en"]

    def test_may_come_after_the_clip_was_opened(self, arrive: Arrive, films: Footage, player: Player) -> None:
        clip = arrive(films.wide)
        clip.render.finish()
        player.play(clip.links()["hls_url"])
        before = clip.links()["captions_url"]

        clip.render.caption(*SPOKEN)
        cues_count = player.tab.run("addCaptions", clip.links()["captions_url"])
        player.stop_at(1.5)

        assert (before, cues_count) == (None, 2)
        assert player.captions() == ["This chiller will not start."]


class TestStoryboard:
    @pytest.mark.slow
    def test_names_tiles_that_lie_inside_its_picture_to_the_end_of_the_clip(
        self, arrive: Arrive, films: Footage, player: Player
    ) -> None:
        clip = arrive(films.wide)
        clip.render.finish()

        url = clip.links()["storyboard_vtt_url"]
        tiles = player.tab.run("fetchPart", [url])["text"]
        width_px, height_px = player.tab.run("sizeOfPicture", url.replace("storyboard.vtt", "storyboard.jpg"))

        places = [tuple(map(int, found)) for found in re.findall(r"#xywh=(\d+),(\d+),(\d+),(\d+)", tiles)]
        assert places[0][:2] == (0, 0)
        assert all(x + width <= width_px and y + height <= height_px for x, y, width, height in places)
        assert {round(width / height, 1) for _, _, width, height in places} == {1.8}  # 16:9
        assert re.findall(r"--> (\S+)", tiles)[-1] == "00:00:08.000"


class TestOfflineFile:
    def test_plays_from_any_second_before_it_is_loaded(self, arrive: Arrive, films: Footage, player: Player) -> None:
        clip = arrive(films.wide)
        clip.render.finish()

        url = clip.links()["offline_url"]
        player.play_without_script(url)
        player.stop_at(7)
        part = player.tab.run("fetchPart", [url, "bytes=100-199"])

        standing = player.standing()
        assert (standing.width_px, standing.height_px, standing.error) == (1280, 720, None)
        assert standing.at_s == pytest.approx(7, abs=0.1)
        assert max(max(colour) for colour in player.corners()) > 60
        assert part["status"] == 206
        assert part["range"].startswith("bytes 100-199/")

    def test_stands_upright_as_it_was_filmed(self, arrive: Arrive, films: Footage, player: Player) -> None:
        clip = arrive(films.upright)
        clip.render.finish()

        player.play_without_script(clip.links()["offline_url"])

        assert (player.standing().width_px, player.standing().height_px) == (240, 320)
