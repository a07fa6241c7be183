"""
The tus 1.0.0 server: a plain ASGI app beside Django, because Django's handler spools a whole body before its view runs.

    app.py        what is asked: paths, methods, sign-in; every refusal as problem+json
    creating.py   POST; announcing.py and metadata.py read what it says
    handlers.py   one function for each other method
    appending.py  a body goes behind what is kept; checksum.py compares it
    room.py       how much more may come
    joining.py    a clip out of pieces
    receiving.py  bytes as they arrive, from the event loop …
    pipeline.py   … to a thread that writes while the next ones come
    writing.py    what a request may still add
    hashing.py    the SHA-256 of what came so far
    standing.py   who writes an upload now, and how much of it is kept
    finishing.py  all bytes are here: verify, store, tell the domain; last_checks.py asks the rules again
    staging/      the bytes of uploads that are not whole yet
    sweep.py      what nobody came back for
"""
