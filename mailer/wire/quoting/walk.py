"""Walks once over a body and decides of each line whose it is: the author's, a quotation, a signature, a footer."""

from __future__ import annotations

from mailer.wire.quoting.body import Body
from mailer.wire.quoting.footers import holds_form, is_device_footer, is_postscript, may_be_device
from mailer.wire.quoting.legal import disclaims, is_personal, is_scanner_link
from mailer.wire.quoting.marks import (
    Attributions,
    below,
    header_kind,
    is_arrowed,
    is_rule,
    marked_like_quote,
    named_mark,
    next_filled,
    runs_on,
)

_SIGNATURES = frozenset(("--", "—", "–", "-- -", "- --"))
_SIGNATURE_LINES = 15  # with words; a longer "signature" is text behind a line of dashes
_FOOTER_LINES = 4  # with words, below a drawn line
_ENDINGS = frozenset(".!?。！？")
_SENTENCE = 50  # characters
_NOTICES = 2000  # paragraphs that are looked at for notices and footers; a mail has a few
_ALONE = 60  # characters of a footer of a device between paragraphs
_CITATION_LENGTH = 600  # characters
_INSERTED = 12  # lines
_CITATION_ALONE = 8  # with words, where nothing says whose it is
_CITATION_LINES = 3  # a quotation that is no longer may be the author's own choice


class Walk:
    """What each entry of a body is, and why."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.texts = body.texts
        count = len(body.texts)
        self.kinds = ["new"] * count
        self.why = [""] * count
        self.notices = _NOTICES
        self.first = next_filled(body.texts, 0) or 0
        self.rest_from = count  # from here on all is one quotation
        self.wrote = False  # words of the author stand above
        self.unsure = False
        self.found = False  # a quotation, or another message
        self.attributed = False
        self.forwarded = False
        self.attributions = Attributions(body)
        self.walk()
        self.cut_footers()
        if not self.has_words:
            self.restore()

    def set(self, start: int, end: int, kind: str, why: str) -> None:
        self.kinds[start:end] = [kind] * (end - start)
        self.why[start:end] = [why] * (end - start)

    @property
    def has_words(self) -> bool:
        """Whether any line with words is the author's."""
        return any(text and kind == "new" for text, kind in zip(self.texts, self.kinds, strict=True))

    def walk(self) -> None:
        body, texts = self.body, self.texts
        depths, marks = body.depths, body.marks
        attribution_at, attributed_from = self.attributions.end, self.attributions.first
        number, count = 0, len(texts)
        while number < count:
            text = texts[number]
            if not text and number not in marks:
                number += 1
            elif number >= attributed_from and (end := attribution_at(number)) is not None:
                number = self.attribution(number, end, "attribution line")
            elif ":  " in text and not depths[number] and runs_on(text):
                number = self.attribution(number, number + 1, "attribution line")
            elif depths[number] == 3 and text[-3:] == ">>>" and is_arrowed(text):
                number = self.another(number, number + 1, False)
            elif depths[number]:
                self.set(number, number + 1, "quote", "quotation of the mail program" if body.html else "quote marks")
                if not self.forwarded and text[:18].lower() == "> begin forwarded ":
                    self.forwarded = True
                self.found = True
                number += 1
            elif number in marks and marks[number] != "rule":
                number = self.marked(number)
            elif (another := below(body, number)) is not None and (another.sure or self.wrote):
                number = self.another(number, another.end, another.forwarded)
            elif ">" in text[:13] and (name := named_mark(text)) and number + 1 < count and texts[number + 1].startswith(name):
                end = number + 1
                while end < count and texts[end].startswith(name):
                    end += 1
                self.set(number, end, "quote", "quote marks")
                number = end
            elif self.wrote and text in _SIGNATURES and body.patience > 0:
                number = self.signature(number)
            else:
                self.wrote = True
                number += 1

    def attribution(self, start: int, end: int, why: str) -> int:
        """An attribution: what it names follows, with marks, or else up to the end."""
        self.take_headers_above(start)
        self.set(start, end, "attribution", why)
        self.found = self.attributed = True
        texts = self.texts
        following = next_filled(texts, end)
        if following is None or self.body.depths[following]:
            return end
        if marked_like_quote(texts[following]):
            last = following
            while last < len(texts) and (not texts[last] or marked_like_quote(texts[last])):
                last += 1
            self.set(following, last, "quote", "quote marks")
            return last
        if self.wrote:
            return self.rest(end, "below an attribution line")
        self.unsure = True  # nothing above, no marks: what stands below is all there is, so it is kept
        return end

    def take_headers_above(self, start: int) -> None:
        """Takes a drawn line above an attribution for a part of it, with the recipient and subject Yandex sets between."""
        first = start
        while first and (not self.texts[first - 1] or header_kind(self.texts[first - 1]) in ("to", "cc", "subject", "from")):
            first -= 1
        if first and is_rule(self.texts[first - 1]):
            self.set(first - 1, start, "header", "headers of another message")

    def marked(self, number: int) -> int:
        """Lines that an HTML mail program marked itself."""
        marks = self.body.marks
        mark = marks[number]
        end = number
        while marks.get(end) == mark and not self.body.depths[end]:
            end += 1
        if mark == "signature":
            self.set(number, end, "signature", "marked as signature")
            return end
        if mark == "attribution":
            return self.attribution(number, end, "marked as attribution")
        return self.another(number, end, False)

    def another(self, start: int, end: int, forwarded: bool) -> int:
        """Another message begins: up to the end, unless its lines carry marks."""
        first = start
        while first and self.kinds[first - 1] == "new" and (not self.texts[first - 1] or is_rule(self.texts[first - 1])):
            first -= 1
        self.set(first, end, "header", "forwarded message" if forwarded else "headers of another message")
        self.found = self.attributed = True
        self.forwarded = self.forwarded or forwarded
        self.unsure = self.unsure or not self.wrote
        following = next_filled(self.texts, end)
        if following is not None and self.body.depths[following] and start not in self.body.marks:
            return end
        return self.rest(end, "forwarded message" if forwarded else "below the headers of another message")

    def rest(self, start: int, why: str) -> int:
        self.rest_from = start
        self.set(start, len(self.texts), "quote", why)
        return len(self.texts)

    def signature(self, number: int) -> int:
        """A signature ends where the next quotation begins, or with the text."""
        body, texts = self.body, self.texts
        body.patience -= 5
        end, filled = number + 1, 0
        while end < len(texts) and filled <= _SIGNATURE_LINES:
            if body.depths[end] or body.marks.get(end, "rule") != "rule":
                break
            if text := texts[end]:
                if self.attributions.begins(end) or below(body, end) is not None:
                    break
                if not texts[end - 1] and is_postscript(text):
                    break
                filled += 1
            end += 1
        listed = body.raws[number] != "-- " and texts[number + 1 : number + 2] and texts[number + 1][:2] in ("- ", "* ", "• ")
        bare = body.raws[number] != "-- "  # typed by hand, perhaps, to part two paragraphs
        if listed or filled > _SIGNATURE_LINES or (bare and (holds_form(texts[number + 1 : end]) or self.speaks(number + 1, end))):
            return number + 1
        self.set(number, end, "signature", "signature")
        return end

    def speaks(self, start: int, end: int) -> bool:
        """Whether lines hold a sentence that speaks to somebody, as no card does."""
        return any(
            len(text) >= _SENTENCE
            and text[-1] in _ENDINGS
            and is_personal(text)
            and not disclaims(self.texts, number, end, led=True)
            for number, text in enumerate(self.texts[start:end], start)
        )

    def cut_footers(self) -> None:
        """Cuts devices, disclaimers and lists from the end of every run of new lines."""
        kinds = self.kinds
        number = self.rest_from
        while number:
            if kinds[number - 1] != "new":
                number -= 1
                continue
            end = number
            while number and kinds[number - 1] == "new":
                number -= 1
            self.cut_footer(number, end)

    def cut_footer(self, start: int, end: int) -> None:
        texts = self.texts
        for number in range(start, end):
            text = texts[number]
            above = texts[number - 1] if number > start else ""
            if not text or (above and not is_rule(above) and not is_scanner_link(above)):
                continue
            self.notices -= 1
            if self.notices < 0:
                break
            if disclaims(texts, number, end, led=number > self.first):
                first = number
                while first > start and (is_rule(texts[first - 1]) or is_scanner_link(texts[first - 1])):
                    first -= 1
                self.set(first, end, "footer", "disclaimer")
                end = first
                break
            if (
                len(text) <= _ALONE
                and number + 1 < end
                and not texts[number + 1]
                and may_be_device(text)
                and is_device_footer(text)
            ):
                self.set(number, number + 1, "footer", "footer of a device")
        end = self.cut_devices(start, end)
        filled = 0
        number = end
        while number > start and filled <= _FOOTER_LINES:
            number -= 1
            text = texts[number]
            if text[:5] == "_____" and not text.strip("_"):
                if self.wrote and not self.tells(number, end) and not holds_form(texts[number + 1 : end]):
                    self.set(number, end, "signature", "below a drawn line")
                    self.cut_devices(start, number)
                return
            filled += bool(text)

    def tells(self, rule: int, end: int) -> bool:
        """Whether sentences stand below a drawn line, not a card: any in a page, a longer one in plain text."""
        least = 1 if self.body.marks.get(rule) == "rule" else _SENTENCE
        return any(len(text) >= least and text[-1] in _ENDINGS for text in self.texts[rule + 1 : end])

    def cut_devices(self, start: int, end: int) -> int:
        while end > start:
            text = self.texts[end - 1]
            if text and not is_device_footer(text) and self.body.marks.get(end - 1) != "rule":
                return end
            if text:
                self.set(end - 1, end, "footer", "footer of a device")
            end -= 1
        return end

    def restore(self) -> None:
        """Gives a signature back if nothing else is left, or what stands beside a bar that no attribution explains."""
        barred = self.body.marks if not self.attributed else {}
        for number, kind in enumerate(self.kinds):
            text = self.texts[number]
            if kind == "signature" and text and text not in _SIGNATURES and not is_rule(text) and not is_device_footer(text):
                self.set(number, number + 1, "new", "")
            if kind == "quote" and barred.get(number) == "bar":
                self.set(number, number + 1, "new", "")

    def keep_rest(self) -> None:
        """Keeps a message that is handed on without a word and without saying so in its subject: it is all there is."""
        count = len(self.kinds)
        self.set(self.rest_from, count, "new", "")
        self.rest_from = count
        self.unsure = True

    def inserted(self, marked: list[int]) -> range:
        """The one short quotation between the author's words, above the letter's attribution: code, or what a third person said."""
        kinds, texts, body = self.kinds, self.texts, self.body
        at = next((number for number, kind in enumerate(kinds) if kind in ("attribution", "header")), 0)
        if not marked or marked[0] >= at or (len(marked) > 1 and marked[1] < at):
            return range(0)
        own = marked[0]
        around = [any(kinds[n] == "new" and texts[n] for n in span) for span in (range(own), range(own + 1, at))]
        short = body.count(own) <= _INSERTED and len(body.raws[own]) <= _CITATION_LENGTH
        return range(own, own + 1) if short and all(around) else range(0)

    def citation(self) -> range:
        """Entries of the one short quotation that the author means to be read; mostly none.

        It stands above the author's words, or alone, without an attribution; or between their words, and they go on
        quoting below.
        """
        body, kinds, texts = self.body, self.kinds, self.texts
        if body.html or not self.found:
            return range(0)
        marked = [number for number, depth in enumerate(body.depths) if depth]
        if self.attributed and (inserted := self.inserted(marked)):
            return inserted
        if not marked or sum([len(body.raws[number]) for number in marked]) > _CITATION_LENGTH:
            return range(0)
        block = range(marked[0], marked[-1] + 1)
        quoted = [words.strip() for number in marked for words, _ in body.lines(number) if words.strip()]
        filled = len(quoted)
        if quoted and quoted[0].endswith((":", "：")) and any(sign.isdigit() for sign in quoted[0]):
            return range(0)  # telephones put the mark before their attribution as well: the letter itself, not a quotation from it
        above = any(kinds[number] == "new" and texts[number] for number in range(block.start))
        alone = self.unsure or not (self.attributed or above)
        if filled > (_CITATION_ALONE if alone else _CITATION_LINES) or any(
            kinds[number] != "quote" and texts[number] for number in block
        ):
            return range(0)
        behind = any(kinds[number] == "new" and texts[number] for number in range(block.stop, len(kinds)))
        if self.attributed:
            return block if above and behind and (self.unsure or "quote" in kinds[block.stop :]) else range(0)
        return block if behind or not above else range(0)
