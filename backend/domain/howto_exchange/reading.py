"""Read a document of how-tos that somebody sends us. Nothing of it is believed beyond its words."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from backend.domain.clips.marks import Mark, read_mark
from backend.domain.errors import InvalidInput
from backend.domain.howto_exchange.checking import Faults, Node
from backend.domain.howto_exchange.json_ld import FORMAT, OWN_TEXTS
from backend.domain.howto_exchange.loading import MAX_HOWTOS
from backend.domain.howtos.content import Content, Part, StepContent
from backend.domain.howtos.states import Governance

MAX_TEXT: Final = 10_000
MAX_ITEMS: Final = 100  # steps, parts or tools of one text
MAX_LANGUAGES: Final = 20
MAX_CREDITS: Final = 50
MAX_MS: Final = 2**31 - 1
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class ReadText:
    """What it says in one language. The clips are the sender's."""

    language: str
    content: Content


@dataclass(frozen=True)
class ReadCredit:
    name: str
    email: str
    contribution: str


@dataclass(frozen=True)
class ReadHowTo:
    """One how-to of a document. `texts`: the original first."""

    source_id: UUID
    make: str
    model: str
    fault_code: str
    governance: Governance
    requires_certification: str
    texts: tuple[ReadText, ...]
    credits: tuple[ReadCredit, ...]
    corrections: tuple[str, ...] = ()  # what stands against it where it came from

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was read, as canonical JSON: the same document again has the same."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_document(document: object) -> tuple[ReadHowTo, ...]:
    """
    Return the how-tos of a document of ours.

    What it says of release, confidence, dates and hashes is passed over: that is decided where it is imported.

    :raises InvalidInput: it is none, or a value cannot be taken; each fault is named by its path.
    """
    faults = Faults()
    root = Node(document, "", faults)
    root.number("cuppa:format", least=1, most=FORMAT, default=0)
    nodes = list(root.children("@graph", most=MAX_HOWTOS))
    if not nodes:
        root.refuse("@graph", "Must list at least one how-to.")
    howtos = tuple(_howto(node) for node in nodes)
    _refuse_repeats(howtos, faults)
    for place, node in enumerate(nodes):
        if node.raw("cuppa:isRecalled"):
            faults.add(f"@graph.{place}.cuppa:isRecalled", "It was found to be unsafe where it comes from.")
    faults.refuse()
    return howtos


def _howto(node: Node) -> ReadHowTo:
    about = node.child("about")
    translations = node.children("workTranslation", most=MAX_LANGUAGES)
    return ReadHowTo(
        source_id=node.id("@id") or UUID(int=0),
        make=about.child("manufacturer").text("name", longest=100, needed=True),
        model=about.text("name", longest=100, needed=True),
        fault_code=node.text("cuppa:faultCode", longest=32),
        governance=Governance(node.choice("cuppa:governance", list(Governance), default=Governance.EXPERIENCE)),
        requires_certification=" ".join(node.text("cuppa:requiresCertification", longest=200).split()),
        texts=(_text(node), *(_text(translation) for translation in translations)),
        credits=tuple(_credit(one) for one in node.children("contributor", most=MAX_CREDITS)),
        corrections=tuple(one.text("text", longest=MAX_TEXT) for one in node.children("correction", most=MAX_ITEMS)),
    )


def _text(node: Node) -> ReadText:
    language = node.text("inLanguage", longest=16, needed=True)
    if language and not _LANGUAGE.fullmatch(language):
        node.refuse("inLanguage", "Must be a language tag, such as de or pt-BR.")
    content = Content(
        title=node.text("name", longest=200, needed=True),
        problem=node.text("description", longest=MAX_TEXT),
        **{name: node.text(f"cuppa:{name}", longest=MAX_TEXT) for name in OWN_TEXTS},
        steps=tuple(_step(step) for step in node.children("step", most=MAX_ITEMS)),
        parts=tuple(_part(supply) for supply in node.children("supply", most=MAX_ITEMS)),
        tools=tuple(tool.text("name", longest=200, needed=True) for tool in node.children("tool", most=MAX_ITEMS)),
    )
    return ReadText(language, content)


def _step(node: Node) -> StepContent:
    text = node.text("text", longest=MAX_TEXT, needed=True)
    if not node.has("video"):
        return StepContent(text)
    video = node.child("video")
    start_ms, end_ms = (video.milliseconds(name, most=MAX_MS) for name in ("startOffset", "endOffset"))
    if end_ms <= start_ms:
        video.refuse("endOffset", "Must be later than startOffset.")
    return StepContent(text, video.id("@id"), start_ms, end_ms, _mark(video))


def _mark(video: Node) -> Mark | None:
    said: Any = video.raw("cuppa:mark")
    if said is None:
        return None
    try:
        return read_mark(str(said["shape"]), [[float(x), float(y)] for x, y in said["points"]])
    except InvalidInput as refusal:
        video.refuse("cuppa:mark", refusal.facts["fields"]["mark"][0])
    except (TypeError, KeyError, ValueError, OverflowError):
        video.refuse("cuppa:mark", "Must have a shape, and points of x and y.")
    return None


def _part(node: Node) -> Part:
    return Part(
        name=node.text("name", longest=200, needed=True),
        number=node.text("identifier", longest=64),
        quantity=node.number("requiredQuantity", least=1, most=10_000, default=1),
    )


def _credit(node: Node) -> ReadCredit:
    return ReadCredit(
        name=" ".join(node.text("name", longest=200, needed=True).split()),
        email=node.text("email", longest=254).strip().lower(),
        contribution=node.choice("cuppa:contribution", ("asked", "answered"), default="answered"),
    )


def _refuse_repeats(howtos: tuple[ReadHowTo, ...], faults: Faults) -> None:
    seen: set[UUID] = set()
    for place, howto in enumerate(howtos):
        if howto.source_id in seen:
            faults.add(f"@graph.{place}.@id", "Names the same how-to as one before it.")
        seen.add(howto.source_id)
        languages = [text.language.lower() for text in howto.texts]
        if len(languages) != len(set(languages)):
            faults.add(f"@graph.{place}.workTranslation", "Has the same language twice.")
