"""Which modules a module needs before it can run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache

from backend.web.static_files.compressed import find_file

# `import … from "./x.js"` and `import "./x.js"` of modules that lie beside; what `import()` fetches comes late.
_NEEDED = re.compile(r"""^(?:import\s*|(?:import|export)\b[^"'();]*\bfrom\s*)["'](\.[^"']+)["']""", re.MULTILINE)


@cache
def needed_by(name: str) -> tuple[str, ...]:
    """
    Return the static files that the module `name` imports, and those that these import, without itself.

    A browser learns of them level by level, a round trip each: at 400 ms four levels are the page's slowest part.

    :raises LookupError: one of them is missing.
    """
    found: dict[str, None] = {}
    left = [name]
    while left:
        for one in _imports(left.pop()):
            if one not in found and one != name:
                found[one] = None
                left.append(one)
    return tuple(sorted(found))


def _imports(name: str) -> Iterator[str]:
    path = find_file(name)
    if path is None:
        raise LookupError(f"There is no static file {name}.")
    for address in _NEEDED.findall(path.read_text()):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
