"""What the benchmark of reading measures is read as it is meant: otherwise it would measure something else."""

from __future__ import annotations

import pytest

from mailer.model.mail import Proof
from mailer.steps.bookshelf import open_book
from mailer.wire.classify import classify
from mailer.wire.understand import Context, understand
from tests.wire.bench_understand import KEY, NOW, PROGRAM, ROOT, SAME, answered, plain, webmail
from tests.wire.bench_varied import scene


@pytest.mark.parametrize(("write", "means"), [(webmail, "reply"), (plain, "reply"), (answered, "answers")])
def test_messages_of_the_benchmark_mean_what_they_should(write: object, means: str) -> None:
    assert callable(write)
    book = open_book(PROGRAM, ROOT / "inbox_rules", ROOT / "templates" / "email")
    context = Context(KEY, PROGRAM, book.rules.vocabulary, frozenset({PROGRAM.inbox}))
    for number in range(12):
        for of in (SAME, scene(number)):
            read = understand(write(number, of), received_at=NOW, book=context)
            found = classify(read, book.rules.rules, roles=frozenset({"mentor"}), proof=Proof.AUTHENTICATED, letter="")
            assert found.means == means, read.new_text
