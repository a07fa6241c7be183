"""
German dates. Django looks a format up here by its name, and so also by what a template writes in its place: the English
form is the key, as the English sentence is in a catalogue.
"""

globals().update(
    {
        "j M": "j. M",
        "j M, H:i": "j. M, H:i",
        "j M Y": "j. M Y",
        "j M Y, H:i": "j. M Y, H:i",
        "j F": "j. F",
        "j F, H:i": "j. F, H:i",
        "j F Y": "j. F Y",
        "j F Y, H:i": "j. F Y, H:i",
        "D j M, H:i": "D, j. M, H:i",
        "l j F": "l, j. F",
        "l j M, H:i": "l, j. M, H:i",
        "l j F, H:i": "l, j. F, H:i",
        "l, j F": "l, j. F",
        "l, j F Y": "l, j. F Y",
    }
)
