"""Joins the lines that format=flowed text (RFC 3676) was broken into for the journey."""

from __future__ import annotations

import re

# A soft break, a blank in front of a line, or a quote mark without a blank behind it, which gets one.
_FLOWED = re.compile(r"\n(?: |>[^ \n]|(?<= \n))")


def unflow(text: str, *, delsp: bool = False) -> str:
    """`text` with every flowed paragraph on one line; quote marks are kept as ">> words".

    `delsp` is the DelSp parameter: the space that marks a soft break is not part of the text (RFC 3676 section 4.2).
    A paragraph ends at a fixed line, where the quote depth changes, and before the signature separator "-- ".
    """
    if text[-1:] != " " and text[:1] not in (" ", ">") and _FLOWED.search(text) is None:
        return text  # no soft break, and nothing to take off a line
    done: list[str] = []
    pieces: list[str] = []
    open_depth = -1  # depth of the paragraph being joined; -1 where there is none
    for line in text.split("\n"):
        if open_depth < 0 and line[-1:] != " " and (line[:1] not in (">", " ") or (line[:2] == "> " and len(line) > 2)):
            done.append(line)  # a fixed line, nothing to take off it
            continue
        words = line.lstrip(">")
        depth = len(line) - len(words)
        words = words.removeprefix(" ")  # space-stuffing, section 4.4
        separator = words in ("-- ", "--")
        if open_depth >= 0 and (depth != open_depth or separator):
            done.append(_quoted("".join(pieces), open_depth))
            open_depth = -1
        if open_depth < 0:
            pieces = []
        if words.endswith(" ") and not separator:
            pieces.append(words[:-1] if delsp else words)
            open_depth = depth
            continue
        pieces.append(words)
        done.append(_quoted("".join(pieces), depth))
        open_depth = -1
    if open_depth >= 0:
        done.append(_quoted("".join(pieces), open_depth))
    return "\n".join(done)


def _quoted(words: str, depth: int) -> str:
    if not depth:
        return words
    return f"{'>' * depth} {words}" if words else ">" * depth
