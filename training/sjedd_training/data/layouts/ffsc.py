"""FFSC, face forgery in semantic context: pictures by manipulation method, each method altering one attribute."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from sjedd_training.data.layouts.base import Item, Layout, Listing, Tree
from sjedd_training.data.rows import REAL, UNKNOWN, nodes_row
from sjedd_video.errors import OptionsError
from sjedd_video.hierarchy import load_hierarchy

SPLIT_FOLDERS = {"Train": "train", "Val": "val", "Test": "test"}
REAL_METHOD = "real"
EXPRESSION, IDENTITY = "expression", "identity"
SHARED_BY_EXPRESSIONS = nodes_row(
    {"face": "1", "age": "0", "expression": "1", "gender": "0", "identity": "0", "pose": "0", "eyebrow": "0",
     "lip": "1", "mouth": "1"}
)  # fmt: skip
"""Where nothing says to which expression a method changes a face: what the rows of smile and surprise share."""
ROW_WORDS = (
    ("expression_surprise", ("surprise", "surprised")),
    ("expression_smile", ("smile", "smiling", "happy")),
    ("age", ("age", "aging", "old", "young")),
    ("gender", ("gender", "male", "female")),
    ("pose", ("pose", "reenact")),
    (IDENTITY, ("identity", "swap")),
    (EXPRESSION, ("expr", "expression")),
)
"""Words of a method's, folder's or picture's name and the row that they stand for; the first that fits counts."""
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where a new word begins in ``FaceReenact`` and ``FOMMPose``."""
METHOD_ROWS = {
    "blendface": IDENTITY,
    "fsgan": IDENTITY,
    "simswap": IDENTITY,
    "infoswap": IDENTITY,
    "fnevr": "pose",
}
"""Methods whose names have no such word."""
CLIP = re.compile(r"(?P<clip>.{11}_\d+(\.\d+)?)(_(?P<frame>\d{4}))?(?=_|$)")
"""``_-926WzaH2A_215_0037_pose_fr100``: eleven characters of a video, where it begins, and the frame."""


BY = "_by_"
"""``_-926WzaH2A_215_0037_by_pNqmJjTr2PA_107_0069``: the frame has the face of the second clip."""


def recognise(tree: Tree) -> bool:
    """Train, Val or Test with methods below that alter a known attribute.

    Words that only capitals divide do not count: folders of classes have them, too (``FaceSwap``).
    """
    methods = {method: rest for folder in SPLIT_FOLDERS for method, rest in map(_method, tree.media(folder)) if method}
    forged = [pair for pair in methods.items() if pair[0].lower() != REAL_METHOD]
    return any(_row(method, rest, capitals=False) != UNKNOWN for method, rest in forged)


def read(tree: Tree, options: Mapping[str, str]) -> Listing:
    """List the pictures below Train, Val and Test."""
    own = _own_rows(options.get("rows", ""))
    unknown: Counter[str] = Counter()
    items = list(_items(tree, own, unknown))
    strange = sorted(own.keys() - {item.group for item in items})
    tree.problems += [f"{method}: has a row (option rows), but no pictures." for method in strange]
    tree.problems += [f"{folder}/: missing." for folder in SPLIT_FOLDERS if not tree.below(folder)]
    tree.problems += [
        f"{method}: nothing says which attribute it alters, so its {count} pictures count as altered and no more "
        f"(option rows={method}:ROW)."
        for method, count in sorted(unknown.items())
    ]
    return tree.listing("ffsc", items)


def _own_rows(text: str) -> dict[str, str]:
    """Rows by method, as the option has them.

    Raises:
        OptionsError: An entry is not METHOD:ROW, or there is no such row.
    """
    known = load_hierarchy("ffsc").labels
    own: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        method, _, row = entry.rpartition(":")
        if not method or row not in known:
            raise OptionsError(f"rows: {entry!r} is not METHOD:ROW with a row of FFSC.", f"Rows: {', '.join(known)}.")
        own[method] = row
    return own


def _items(tree: Tree, own: Mapping[str, str], unknown: Counter[str]) -> Iterator[Item]:
    reals = _reals(tree)
    for folder, split in SPLIT_FOLDERS.items():
        for name in tree.media(folder):
            method, rest = _method(name)
            if not method:
                continue
            clip, frame = _clip(rest)
            if method.lower() == REAL_METHOD:
                yield tree.item(name, REAL, method, split, person=_person(clip))
                continue
            row = own.get(method) or _row(method, rest)
            if row == UNKNOWN:
                unknown[method] += 1
            original = reals.get((split, clip, frame), "")
            face_of = _face_of(rest) if row == IDENTITY else ""
            yield tree.item(name, row, method, split, person=_person(clip), original=original, face_of=face_of)


def _method(name: str) -> tuple[str, str]:
    """Method of a picture and the path below it; ``Test`` may be divided into protocols."""
    parts = PurePosixPath(name).parts[1:]
    if len(parts) > 2 and parts[0].lower().startswith("protocol"):
        parts = parts[1:]
    return (parts[0], "/".join(parts[1:])) if len(parts) > 1 else ("", "")


def _row(method: str, rest: str, *, capitals: bool = True) -> str:
    """The row by the method's name, else by the names below it.

    With ``capitals``, else by the words that capitals divide the method's name into. Names below are not divided so:
    that of a video is random letters.
    """
    if method.lower() in METHOD_ROWS:
        return METHOD_ROWS[method.lower()]
    found = _by_words(method)
    if found in {"", EXPRESSION}:  # "fomm-expr" says that, "..._surprised.png" says which
        below = [CLIP.sub("", part) for part in PurePosixPath(rest).with_suffix("").parts]
        found = _by_words(" ".join(below)) or found
    if not found and capitals:
        found = _by_words(CAMEL.sub(" ", method))
    return SHARED_BY_EXPRESSIONS if found == EXPRESSION else found or UNKNOWN


def _by_words(text: str) -> str:
    """The row by the words of ``text``, which anything but a letter divides; an empty string where none is known."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    return next((row for row, signs in ROW_WORDS if words & set(signs)), "")


def _clip(rest: str) -> tuple[str, str]:
    """Clip and frame that a picture shows, as far as its path says."""
    path = PurePosixPath(rest)
    match = CLIP.match(path.stem) or CLIP.match(path.parent.name)
    if match is not None:
        return match["clip"], match["frame"] or path.stem[:4]
    return (path.parent.name, path.stem) if len(path.parts) > 1 else (path.stem, "")


def _face_of(rest: str) -> str:
    """Person whose face was swapped in, or an empty string where the picture's name does not say."""
    title = PurePosixPath(rest).stem
    target = CLIP.match(title)
    if target is None or not title.startswith(BY, target.end()):
        return ""
    source = CLIP.match(title, target.end() + len(BY))
    return "" if source is None else _person(source["clip"])


def _reals(tree: Tree) -> dict[tuple[str, str, str], str]:
    """Real pictures by split, clip and frame."""
    found = {}
    for folder, split in SPLIT_FOLDERS.items():
        for name in tree.media(folder):
            method, rest = _method(name)
            if method.lower() == REAL_METHOD:
                found[(split, *_clip(rest))] = name
    return found


def _person(clip: str) -> str:
    """The source video stands for the person."""
    return f"ffsc:{clip[:11] if CLIP.match(clip) else clip}"


LAYOUT = Layout(
    "ffsc",
    "FFSC (face forgery in semantic context)",
    ("Train/<method>/.../*.png", "Val/...", "Test/..., perhaps with Protocol-1/<method>", "Real among the methods"),
    recognise,
    read,
    {"rows": "rows of methods that are not known here: METHOD:ROW,METHOD:ROW"},
    hierarchy="ffsc",
)
