"""Finding videos and pictures by their content, so that a wrong or missing extension hides nothing.

Whatever is left out is listed with the reason.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from sjedd_batch.remote import Source, listed
from sjedd_video.sniff import SUFFIXES, is_media, looks_like_media

NO_MEDIA = "neither content nor name is that of a video or picture"
SPECIAL = "not a regular file"
LINK_OUT = "a link to outside (--follow-links follows it)"
LINK_FOLDER = "a link to a folder (--follow-links follows it)"
FOLDER_INSIDE = "a folder inside (--recursive looks into it)"
DANGLING = "a link to nothing"
EXCLUDED, NOT_INCLUDED = "excluded by --exclude {}", "not among --include"


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look, and for what.

    Attributes:
        paths: Files and folders, a URL of either as text; a file named here is judged whatever it looks like.
        recursive: Whether to look into folders inside.
        follow_links: Whether to follow links to folders, and to files outside the folder.
        include: Patterns of names (``*.mp4``) or of paths in the folder (``phone/*``); none take everything.
        exclude: Likewise, to be left out.
    """

    paths: tuple[Path | str, ...]
    recursive: bool = True
    follow_links: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: ``media`` in order of path, and (path, reason) of all that was left out."""

    media: list[Source] = field(default_factory=list)
    skipped: list[tuple[Source, str]] = field(default_factory=list)


def find_media(search: Search, leave_out: Path) -> Found:
    """Find videos and pictures; ``leave_out`` is a folder that nothing is said of: the case that is being written.

    A folder that may not be read is listed like a file: nobody can say what is in it, and its result does.
    """
    found = Found()
    for url in (path for path in search.paths if isinstance(path, str)):
        _look_there(url, search, found)
    here = (path for path in search.paths if isinstance(path, Path))
    for top in dict.fromkeys(Path(os.path.abspath(path)) for path in here):  # noqa: PTH100 - keeps links
        if top.is_dir():
            _look(top, search, leave_out.resolve(), found)
        else:
            found.media.append(top)
    found.media[:] = sorted(set(found.media), key=_order)
    found.skipped.sort(key=lambda item: _order(item[0]))
    return found


def _order(source: Source) -> tuple[bool, Path | str]:
    """Files here in order of path, then those elsewhere."""
    return (False, source) if isinstance(source, Path) else (True, source.url)


def _look_there(url: str, search: Search, found: Found) -> None:
    """Find what is at a URL; a file that is named itself is judged whatever it looks like."""
    for source, inside in listed(url, recursive=search.recursive):
        if source.url == url:
            found.media.append(source)
            continue
        why = _unwanted(inside, search) or (None if is_media(source.head(), inside.suffix) else NO_MEDIA)
        if why is None:
            found.media.append(source)
        else:
            found.skipped.append((source, why))


def _look(top: Path, search: Search, leave_out: Path, found: Found) -> None:
    for path in _files(top, search, leave_out, found):
        why = _unwanted(path.relative_to(top), search) or _why_not(path, top, search)
        if why is None:
            found.media.append(path)
        else:
            found.skipped.append((path, why))


def _unwanted(inside: PurePath, search: Search) -> str | None:
    """Why the patterns leave a path out, or None."""
    for pattern in search.exclude:
        if _matches(inside, pattern):
            return EXCLUDED.format(pattern)
    if search.include and not any(_matches(inside, pattern) for pattern in search.include):
        return NOT_INCLUDED
    return None


def _matches(inside: PurePath, pattern: str) -> bool:
    return fnmatchcase(inside.name, pattern) or fnmatchcase(inside.as_posix(), pattern)


def _why_not(path: Path, top: Path, search: Search) -> str | None:
    """Why a path is left out for what it is, or None for media. What cannot be looked at is not left out."""
    try:
        if path.is_symlink() and (why := _bad_link(path, top, search)) is not None:
            return why
        mode = path.stat().st_mode
    except OSError:  # its folder may not be searched
        return None if path.suffix.lower() in SUFFIXES else NO_MEDIA
    if stat.S_ISDIR(mode):  # one that may not be read
        return None
    if not stat.S_ISREG(mode):
        return SPECIAL
    return None if looks_like_media(path) else NO_MEDIA


def _bad_link(path: Path, top: Path, search: Search) -> str | None:
    if not path.exists():
        return DANGLING
    outside = not path.resolve().is_relative_to(top.resolve())
    return LINK_OUT if outside and not search.follow_links else None


def _files(top: Path, search: Search, leave_out: Path, found: Found) -> Iterator[Path]:
    """Every path below ``top`` that is not a folder, and every folder that may not be read."""
    closed: list[Path] = []
    seen = {top.resolve()}
    walk = os.walk(top, onerror=lambda error: closed.append(Path(error.filename)), followlinks=search.follow_links)
    for where, folders, names in walk:
        here = Path(where)
        folders[:] = [name for name in folders if _enter(here / name, search, leave_out, seen, found)]
        yield from (here / name for name in names)
    yield from closed


def _enter(folder: Path, search: Search, leave_out: Path, seen: set[Path], found: Found) -> bool:
    """Whether to look into a folder; a link back to where the search has been would never end."""
    real = folder.resolve()
    if real == leave_out:
        return False
    if not search.recursive:
        found.skipped.append((folder, FOLDER_INSIDE))
        return False
    if folder.is_symlink():
        if not search.follow_links:
            found.skipped.append((folder, LINK_FOLDER))
            return False
        if real in seen:
            return False
    seen.add(real)
    return True
