"""Whatever a person can be refused with is found in the code, so that translators see it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import TypeGuard

from django.apps import apps

from backend.domain.asking.models import AskStatus
from backend.domain.corrections.states import CorrectionStatus, RecallStatus
from backend.domain.flags.states import FlagStatus
from backend.domain.hazards.states import CautionStatus
from backend.domain.howtos.permissions import Standing
from backend.domain.howtos.states import Confidence
from backend.domain.missing_rows import no_such_row
from backend.domain.saying import Said
from backend.domain.state_words import state_in_words
from backend.domain.threads.states import ThreadStatus
from backend.web.said_by_the_rules import list_sentences, sentences_in, walk_rules

# Read by whoever runs Cuppa or works on it, and shown to nobody else.
ONLY_LOGGED = {"search/embedders.py": 3, "threads/waiting.py": 1, "static_files/modules.py": 1}
STATES = [ThreadStatus, AskStatus, Standing, Confidence, CautionStatus, CorrectionStatus, RecallStatus, FlagStatus]


def refused_in_pieces(tree: ast.AST) -> Iterator[str]:
    """Yield the f-strings that are raised, and those that are yielded as a sentence: English for everybody."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise | ast.Yield):
            for text in filter(None, map(_words_of, ast.walk(node))):
                if isinstance(node, ast.Raise) or text.endswith((".", "?", "!")):
                    yield text


def _words_of(node: ast.AST) -> str:
    pieces = node.values if isinstance(node, ast.JoinedStr) else []
    text = "".join(str(piece.value) for piece in pieces if isinstance(piece, ast.Constant))
    return text if " " in text else ""


def models_looked_up(tree: ast.AST) -> Iterator[str]:
    """Yield the models that are named where `tenancy.find` or `find_in` looks an id up."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="find"), args=[_, ast.Name(id=name), *_]):
                yield name
            case ast.Call(func=ast.Attribute(attr="find_in"), args=[rows, *_]):
                yield from (one.id for one in ast.walk(rows) if isinstance(one, ast.Name) and one.id[0].isupper())


def test_no_refusal_is_put_together_where_no_translator_sees_it() -> None:
    found = Counter(f"{path.parent.name}/{path.name}" for path, tree in walk_rules() for _ in refused_in_pieces(tree))

    assert found == ONLY_LOGGED


def test_the_walk_sees_a_refusal_in_pieces() -> None:
    tree = ast.parse(
        'def a():\n raise Refused(why=f"At most {most}.")\ndef b():\n yield "a", f"Up to {most}."\n yield f"a.{b}"'
    )

    assert list(refused_in_pieces(tree)) == ["At most .", "Up to ."]


def test_whole_sentences_and_templates_are_found() -> None:
    code = (
        'def a():\n raise Refused(f"{x} is.", why="One of them." if x else "Or none.")\n'
        'def b():\n yield "field", "Is it?"\n yield "field", said("At most %(most)s.", most=1)\n'
        'WORD = said("put aside")\nOTHER = "This is said by nobody."'
    )

    assert sorted(set(sentences_in(ast.parse(code)))) == [
        "At most %(most)s.",
        "Is it?",
        "One of them.",
        "Or none.",
        "put aside",
    ]


def test_every_template_stands_in_the_call_that_says_it() -> None:
    """One that is handed over by a name is said in English, and no translator sees it."""
    calls = [node for _path, tree in walk_rules() for node in ast.walk(tree) if _is_said(node)]

    assert len(calls) > 100
    assert [ast.unparse(call) for call in calls if not isinstance(call.args[0], ast.Constant)] == []


def _is_said(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said"


def test_every_state_that_a_person_may_be_told_has_words() -> None:
    assert [one for states in STATES for one in states if not isinstance(state_in_words(one), Said)] == []


def test_every_row_that_is_looked_up_by_its_id_has_a_sentence_for_when_it_is_not_there() -> None:
    models = {model.__name__: model for model in apps.get_models()}
    names = {name for _path, tree in walk_rules() for name in models_looked_up(tree) if name in models}

    assert len(names) > 10
    assert [name for name in sorted(names) if not isinstance(no_such_row(models[name]), Said)] == []
    assert {"There is no thread with this id.", "There is no person with this id."} <= set(list_sentences())
