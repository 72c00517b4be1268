"""What a receipt says of answers to the items of an activity: which are still open, and which answers are none (4F)."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.core.telling.activity import items_of, open_items, verdict
from mailer.core.telling.transcript import Transcript


def tell_items(account: Transcript, key: str, answers: Mapping[str, str]) -> None:
    """What the receipt says of answers that a walk has taken: those that are none, and which items are still open.

    Nothing where all are answered: the letter that answers back says it.
    """
    case = next((item for item in account.scene.situation.cases if item.key == key), None)
    if case is None or "items" not in case.data:
        return
    many = len(items_of(account.scene, case))
    taken: list[str] = []
    for number, answer in answers.items():
        read = verdict(answer)
        if not 1 <= int(number) <= many:
            account.refuse(number, "item_unknown", many=many)
        elif not read:
            account.refuse(number, "item_unclear")
        else:
            taken.append(f"{number} {read}")
    missing = open_items(account.scene, case)
    if missing and taken:
        account.line(" ".join(taken), "items_missing", missing=", ".join(map(str, missing)))
