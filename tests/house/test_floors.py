"""The house's own laws, where the import checker and the linter cannot see them: sizes, names, clocks, folders, locks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[2]
LONGEST = 350  # lines: what can be read in one sitting
WEAK_WORDS = frozenset({"manager", "helper", "helpers", "util", "utils", "base", "process", "info"})
# Names that a library calls, and so are not ours to choose.
GIVEN_NAMES = frozenset({"process_bind_param", "process_result_value", "DeclarativeBase"})
# Instants read off the machine; every other floor gets `now` as an argument.
CLOCKS = frozenset(
    {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("Day", "today"), ("time", "time")}
)
THIS = Path(__file__).name


@cache
def sources(*folders: str) -> tuple[Path, ...]:
    return tuple(sorted(path for folder in folders for path in (HOUSE / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(path)))


def shown(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file that belongs to the project: what git knows, or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=HOUSE, capture_output=True, check=False
    )
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    places = [HOUSE / name for name in names if name] or [*sources("mailer", "db", "tests"), *HOUSE.glob("*.*")]
    for place in places:
        try:
            yield place, place.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue  # bytes for tests, or removed just now


def test_imports_keep_to_their_floors() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_is_longer_than_one_sitting() -> None:
    long = {shown(path): lines for path in sources("mailer", "db", "tests") if (lines := path.read_text().count("\n")) > LONGEST}
    assert long == {}


def test_every_module_says_first_what_it_is_for() -> None:
    silent = [
        shown(path)
        for path in sources("mailer", "db")
        if not (ast.get_docstring(tree(path)) or "").split("\n")[0].endswith((".", "?"))
    ]
    assert silent == []


def test_names_say_what_a_thing_is() -> None:
    weak: list[str] = []
    for path in sources("mailer", "db"):
        names = [path.stem]
        names += [node.name for node in nodes(path) if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))]
        for name in names:
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
            if WEAK_WORDS & set(words) and name not in GIVEN_NAMES:
                weak.append(f"{shown(path)}: {name}")
    assert weak == []


def test_only_the_clock_reads_the_clock() -> None:
    found = [
        f"{shown(path)}:{node.lineno}: {node.value.id}.{node.attr}"
        for path in sources("mailer", "db")
        if not shown(path).startswith(
            ("mailer/clock.py", "mailer/office/")
        )  # the post office is a mail server: it stamps its mail itself
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in CLOCKS
    ]
    assert found == []


def test_folders_of_admins_hold_no_program_code() -> None:
    code = [shown(path) for folder in ("templates", "inbox_rules") for path in (HOUSE / folder).rglob("*.py")]
    assert code == []


def test_sql_stands_in_db_only() -> None:
    statement = re.compile(
        r"^\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX))\b", re.IGNORECASE | re.DOTALL
    )
    found: list[str] = []
    for path in sources("mailer"):
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value):
                found.append(f"{shown(path)}:{node.lineno}")
    assert found == []


def test_nothing_is_left_to_do_and_nothing_is_faked() -> None:
    signs = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|unittest\.mock|monkeypatch\.setattr|\bMagicMock\b")
    found = [
        f"{shown(path)}:{number}: {line.strip()}"
        for path in sources("mailer", "db", "tests")
        if path.name != THIS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if signs.search(line)
    ]
    assert found == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    place = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users)/|pythonhosted|pypi\.org|index-url|find-links")
    found = [
        f"{shown(path)}:{text.count(chr(10), 0, hit.start()) + 1}: {hit[0]}"
        for path, text in texts()
        if path.name != THIS and (hit := place.search(text))
    ]
    assert found == []


def test_every_locked_package_is_pinned_and_hashed() -> None:
    for name in ("requirements.lock", "requirements-test.lock", "requirements-dev.lock"):
        blocks = [block for block in re.split(r"\n(?=[a-z])", (HOUSE / name).read_text()) if block.strip()]
        loose = [block.split("\n")[0] for block in blocks if "==" not in block.split("\n")[0] or "--hash=sha256:" not in block]
        assert loose == [], name


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = {
        "requirements.lock": project["dependencies"],
        "requirements-test.lock": [*project["dependencies"], *extras["postgres"], *extras["test"]],
        "requirements-dev.lock": [*project["dependencies"], *extras["postgres"], *extras["test"], *extras["dev"]],
    }
    for lock, wanted in asked.items():
        locked = set(re.findall(r"^([a-z0-9-]+)==", (HOUSE / lock).read_text(), re.MULTILINE))
        names = {re.split(r"[\[<>=;]", line)[0].lower().replace("_", "-") for line in wanted}
        assert names - {"mentorpost"} <= locked, lock


def test_links_between_the_documents_lead_somewhere() -> None:
    link = re.compile(r"\[[^\]]*\]\(([^)#:\s]+)(?:#[^)]*)?\)")
    dead = [
        f"{shown(page)}: {target}"
        for page in [*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")]
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []
