"""The labelled lines below MENTORSHIP APPLICATION (CONTRACT.md section 8, icb)."""

from __future__ import annotations

from collections.abc import Sequence

_FIELDS = frozenset({"name", "certification", "years", "topics", "region", "setting", "phone", "publish"})


def read_application(lines: Sequence[str], at: int) -> tuple[dict[str, object], int]:
    """The fields written from line index `at` on, by their label in lower case, and the index of the first line behind them.

    `years` is a number where it is one; `topics` and `publish` are tuples of words. A line without label goes on with the
    field above it; a blank line between fields is passed over.
    """
    texts: dict[str, str] = {}
    current, end = "", at
    for number in range(at, min(len(lines), at + 60)):
        line = lines[number].strip()
        label, colon, value = line.partition(":")
        key = label.strip(" *_-•").casefold()
        if colon and key in _FIELDS:
            current = key
            texts[key] = value.strip()[:2000]
            end = number + 1
        elif line and current and (number == end) and not line.startswith((">", "--")):
            texts[current] = f"{texts[current]} {line}"[:2000].strip()
            end = number + 1
        elif line:
            break
    fields: dict[str, object] = {}
    for key, text in texts.items():
        if not text:
            continue
        if key == "years":
            digits = "".join(letter for letter in text.split()[0] if letter.isdigit())
            fields[key] = int(digits[:3]) if digits else text
        elif key in ("topics", "publish"):
            parts = text.replace(";", ",").split(",") if "," in text or ";" in text else text.split()
            fields[key] = tuple(part.strip().casefold() for part in parts if part.strip())
        else:
            fields[key] = text
    return fields, end
