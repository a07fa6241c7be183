from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from backend.doctor.findings import Level
from backend.doctor.meaning import examine_meaning
from backend.domain.search import embedders
from backend.domain.search.embedders import EmbedderUnavailable, Kind, current_embedder
from backend.settings.env import EMBEDDER_KINDS, BadEnvironment, EmbedderChoice, embedder
from tests.domain.search.embedder import MeaningEmbedder, embedding_with

NEEDS_LIBRARY = pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="needs sentence-transformers, an optional extra"
)


@pytest.fixture(autouse=True)
def nothing_is_loaded() -> Iterator[None]:
    embedders._load.cache_clear()
    yield
    embedders._load.cache_clear()


def choose(monkeypatch: pytest.MonkeyPatch, kind: str, model: str) -> None:
    monkeypatch.setattr(settings, "EMBEDDER", EmbedderChoice(kind, model))


class TestSetting:
    def test_names_a_library_and_a_model(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EMBEDDER", "sentence-transformers:/models/one:two")

        chosen = embedder("EMBEDDER")

        assert chosen == EmbedderChoice("sentence-transformers", "/models/one:two")
        assert set(EMBEDDER_KINDS) == set(embedders.KINDS)

    @pytest.mark.parametrize("unset", [None, ""])
    def test_is_off_by_default(self, monkeypatch: pytest.MonkeyPatch, unset: str | None) -> None:
        monkeypatch.delenv("EMBEDDER", raising=False)
        if unset is not None:
            monkeypatch.setenv("EMBEDDER", unset)

        assert embedder("EMBEDDER") is None

    @pytest.mark.parametrize("raw", ["minilm", "openai:ada", "fastembed:", ":model"])
    def test_stops_with_a_sentence(self, monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
        monkeypatch.setenv("EMBEDDER", raw)

        with pytest.raises(BadEnvironment, match=r"^EMBEDDER must look like .*\.$"):
            embedder("EMBEDDER")


class TestCurrentEmbedder:
    def test_is_none_without_a_setting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "EMBEDDER", None)

        assert current_embedder() is None
        assert examine_meaning().level is Level.FINE

    def test_says_which_package_is_missing_wherever_it_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kind = Kind("no_such_library", lambda _: None, lambda _: MeaningEmbedder())
        monkeypatch.setitem(embedders.KINDS, "test", kind)
        choose(monkeypatch, "test", "model")
        sentence = "EMBEDDER=test:model needs the Python package no-such-library, which is not installed"

        with pytest.raises(EmbedderUnavailable, match=sentence):
            current_embedder()
        with pytest.raises(CommandError, match=sentence):
            call_command("embed")
        assert [error.id for error in run_checks() if sentence in error.msg] == ["search.E001"]
        assert (examine_meaning().level, examine_meaning().says.startswith(sentence)) == (Level.WRONG, True)

    @pytest.mark.parametrize("model", ["no_such_package", "/no/such/directory", "json", "a.b", "../x"])
    def test_says_that_a_model_is_missing(self, monkeypatch: pytest.MonkeyPatch, model: str) -> None:
        directories = embedders.KINDS["sentence-transformers"].problem_of
        monkeypatch.setitem(embedders.KINDS, "test", Kind("json", directories, lambda _: MeaningEmbedder()))
        choose(monkeypatch, "test", model)

        with pytest.raises(EmbedderUnavailable, match=f"EMBEDDER names the model {model}, and there is neither"):
            current_embedder()

    def test_says_that_a_model_does_not_load(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def load(model: str) -> MeaningEmbedder:
            raise OSError("the weights\nare cut")

        monkeypatch.setitem(embedders.KINDS, "test", Kind("json", lambda _: None, load))
        choose(monkeypatch, "test", "model")

        with pytest.raises(EmbedderUnavailable, match="EMBEDDER=test:model does not load: the weights are cut"):
            current_embedder()


@pytest.mark.django_db
class TestProgress:
    def test_is_told_by_the_command_and_the_doctor(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told = StringIO()

        with embedding_with(MeaningEmbedder(), monkeypatch):
            call_command("embed", stdout=told)
            finding = examine_meaning()

        assert told.getvalue() == "0 of 0 threads and how-tos are embedded with test:meanings.\n"
        assert finding.says == "Search goes by words and by meaning, with test:meanings."


@NEEDS_LIBRARY
class TestSentenceTransformers:
    @pytest.fixture
    def directory(self, tmp_path: Path) -> Path:
        """A model of random weights, as the library saves one."""
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import StaticEmbedding
        from tokenizers import Tokenizer, models, pre_tokenizers

        words = ["pump", "judders", "leaks", "[UNK]"]
        tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)]).save(str(tmp_path / "model"))
        return tmp_path

    def test_embeds_with_a_model_from_a_directory(self, monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
        choose(monkeypatch, "sentence-transformers", str(directory))

        loaded = current_embedder()

        assert loaded is not None
        assert (loaded.name, loaded.dimensions) == (f"sentence-transformers:{directory}", 8)
        vectors = loaded.embed_documents(["pump judders", "leaks"])
        assert [sum(number**2 for number in vector) for vector in vectors] == pytest.approx([1.0, 1.0])
        assert loaded.embed_question("leaks") == pytest.approx(vectors[1], abs=1e-6)
