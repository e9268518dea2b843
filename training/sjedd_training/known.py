"""What of FFSC a model knows from its training, which says how new each of the test methods is to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Self

from sjedd_training.data.layouts import Item
from sjedd_training.data.rows import REAL, attributes
from sjedd_video.hierarchy import load_hierarchy


@dataclass(frozen=True)
class Known:
    """What a model was shown.

    Attributes:
        altered: Attributes that a label row alters, by row.
        methods: Methods, each with the attributes that it altered.
        names: Attributes; none if nothing of the data set was shown.
        note: Where this is known from.
    """

    altered: Mapping[str, frozenset[str]]
    methods: Set[tuple[str, frozenset[str]]]
    names: Set[str]
    note: str

    @classmethod
    def of(cls, items: Sequence[Item], shown: Sequence[str]) -> Self:
        """Work it out.

        Args:
            items: The data set.
            shown: Methods, label rows or attributes that the model was trained on; all below ``Train`` if empty.
        """
        hierarchy = load_hierarchy("ffsc")
        altered = {row: attributes(hierarchy, row) for row in {item.row for item in items}}
        forged = [item for item in items if item.row != REAL]
        chosen = [item for item in forged if not shown or {item.group, item.row, *altered[item.row]} & {*shown}]
        train = [item for item in chosen if item.split == "train"]
        names = {*shown, *(name for item in train for name in altered[item.row])} if chosen else set[str]()
        methods = {(item.group, altered[item.row]) for item in train}
        return cls(altered, methods, names, _note(shown, here=bool(chosen)))

    def protocol_of(self, item: Item) -> str:
        """Protocol of a forged item by its method and the attributes that it alters."""
        altered = self.altered[item.row]
        if (item.group, altered) in self.methods:
            return "known method"
        if not self.names:
            return "new method"
        if not altered:
            return "unknown attribute"
        return "Protocol-1" if altered & self.names else "Protocol-2"


def _note(shown: Sequence[str], *, here: bool) -> str:
    if not shown:
        return "No card says which forgeries were shown, so that all below Train count as known."
    named = f"Known is what the recipes on the cards name: {', '.join(shown)}."
    return named if here else f"{named} This data set has none of it, so that every method is new."
