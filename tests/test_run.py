"""The set-up script: which job, when and how it sets up, what it leaves behind."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "run.py"
LOCK = b"alpha==1.0\nbeta==2.0 ; python_version < '3.12'\nbeta==3.0\n"

posix_only = pytest.mark.skipif(
    os.name == "nt", reason="on Windows a link to a Python is no Python of its own"
)


@pytest.fixture(scope="module")
def run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("netcollab_run", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project folder with blanks and Norwegian letters, and a lock."""
    folder = tmp_path / "Prøve mappe Ål"
    folder.mkdir()
    (folder / "requirements.lock").write_bytes(LOCK)
    return folder


class Steps:
    """Stands in for the steps of a set-up: what was called, and what it answers."""

    def __init__(self, answers: Callable[[list[str]], str | None]) -> None:
        self.answers, self.commands = answers, []

    def __call__(
        self, command: list[str], *_: object
    ) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        fault = self.answers(command)
        return subprocess.CompletedProcess(command, fault is not None, "", fault or "")


@pytest.fixture
def make(
    run: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., object]:
    """An environment in `root` whose steps are played, and whose Python is 3.12."""

    def environment(
        answers: Callable[[list[str]], str | None] = lambda _: None,
    ) -> object:
        monkeypatch.setattr(run.Environment, "call", Steps(answers))
        monkeypatch.setattr(run.Environment, "version", lambda _: "3.12")
        return run.Environment(root)

    return environment


# Which job ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "-P -m netcollab paper"),
        ("check data/cases --json", "-P -m netcollab check data/cases --json"),
        ("--version", "-P -m netcollab --version"),
        ("test", "-m pytest -n logical --dist loadfile --no-loadscope-reorder"),
        ("test -x -k kite", "-m pytest -x -k kite"),
        ("test my_study --json", "-P -m netcollab test my_study --json"),
        ("test --help", "-P -m netcollab test --help"),
        ("test data/cases/x", "-P -m netcollab test data/cases/x"),
        ("test tests/no_such_file.py", "-P -m netcollab test tests/no_such_file.py"),
    ],
)
def test_words_choose_the_job(run: ModuleType, words: str, expected: str) -> None:
    assert run.decide(words.split(), ROOT).arguments == expected.split()


@pytest.mark.parametrize("here", [ROOT, ROOT / "tests", Path(ROOT.anchor)], ids=str)
def test_a_path_of_the_tests_goes_to_pytest_from_any_folder(
    run: ModuleType, here: Path
) -> None:
    own = f"tests/{Path(__file__).name}::test_a"
    job = run.decide(["test", own, "-q"], here)
    assert job.arguments == ["-m", "pytest", str(ROOT / own), "-q"]
    assert job.folder == ROOT


def test_a_script_runs_where_the_caller_stands(run: ModuleType, tmp_path: Path) -> None:
    job = run.decide(["python", "mine.py", "--fast"], tmp_path)
    assert (job.arguments, job.folder) == (["mine.py", "--fast"], tmp_path)


def test_the_folder_of_a_job(run: ModuleType, tmp_path: Path) -> None:
    assert run.decide([], tmp_path).folder == ROOT
    assert run.decide(["test"], tmp_path).folder == ROOT
    assert run.decide(["lab"], tmp_path).folder == ROOT / "notebooks"
    assert run.decide(["check", "study"], tmp_path).folder == tmp_path


def test_lab_calls_no_network_and_passes_its_arguments_on(run: ModuleType) -> None:
    arguments = run.decide(["lab", "--port=9999"], ROOT).arguments
    assert arguments[:2] == ["-m", "jupyterlab"]
    assert arguments[-1] == "--port=9999"
    assert "--LabApp.news_url=None" in arguments


# Which Python ------------------------------------------------------------------------


def test_an_old_python_can_read_the_file() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse("(new := 1)", feature_version=(3, 6))


def test_only_the_standard_library_is_imported() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = {
        a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
    }
    names |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (2, 7)])
def test_an_old_python_is_told_so(
    run: ModuleType, version: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: name == "python3.12")
    needed = f"3.11 or newer, this is {version[0]}.{version[1]}: try python3.12 run.py"
    with pytest.raises(run.SetUpError, match=needed):
        run.check_python(version)
    monkeypatch.setattr(run.shutil, "which", lambda _: None)
    with pytest.raises(run.SetUpError, match="install a newer one"):
        run.check_python(version)


@pytest.mark.parametrize("version", [(3, 11), (3, 13), (4, 0)])
def test_a_new_python_is_welcome(run: ModuleType, version: tuple[int, int]) -> None:
    assert run.check_python(version) is None


def test_trouble_is_one_line_and_exit_code_4(
    run: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "LOWEST", (99, 0))
    assert run.main(["test"]) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("run.py: netcollab needs Python 99.0")
    assert told.err.count("\n") == 1


# When it sets up ---------------------------------------------------------------------


def test_a_finished_set_up_is_ready_until_something_changes(
    root: Path, make: Callable[..., object]
) -> None:
    environment = make()
    assert not environment.is_ready()
    environment.set_up()
    assert environment.is_ready()

    (root / "requirements.lock").write_bytes(LOCK + b"gamma==1.0\n")
    assert not environment.is_ready(), "the lock has changed"
    (root / "requirements.lock").write_bytes(LOCK)
    assert environment.is_ready()

    environment.version = lambda: "3.13"
    assert not environment.is_ready(), "the Python behind .venv was replaced"
    environment.version = lambda: ""
    assert not environment.is_ready(), "the Python behind .venv was removed"


def test_a_set_up_done_meanwhile_is_not_done_again(make: Callable[..., object]) -> None:
    environment = make()
    environment.set_up()
    steps = list(environment.call.commands)
    environment.set_up()
    assert environment.call.commands == steps


def test_a_python_that_does_not_start_is_never_ready(
    make: Callable[..., object],
) -> None:
    environment = make()
    environment.version = lambda: ""
    environment.set_up()
    assert not environment.is_ready()


def test_a_failed_change_of_the_lock_is_not_undone_by_changing_it_back(
    run: ModuleType, root: Path, make: Callable[..., object]
) -> None:
    make().set_up()
    (root / "requirements.lock").write_bytes(LOCK + b"gamma==1.0\n")
    with pytest.raises(run.SetUpError):
        make(lambda c: "ERROR: no room" if "install" in c else None).set_up()
    (root / "requirements.lock").write_bytes(LOCK)
    assert not make().is_ready()


def test_a_python_that_is_not_there_has_no_version(run: ModuleType, root: Path) -> None:
    assert run.Environment(root).version() == ""


@pytest.mark.parametrize("stamp", ["", "unfinished\n", "0123 3.12\n"])
def test_an_unfinished_set_up_is_made_anew(
    root: Path, make: Callable[..., object], stamp: str
) -> None:
    half = root / ".venv" / "lib" / "half-made"
    half.mkdir(parents=True)
    (root / ".venv" / "netcollab-set-up.txt").write_text(stamp, encoding="utf-8")
    environment = make()
    assert not environment.is_ready()
    environment.set_up()
    assert environment.is_ready()
    assert not half.exists()


def test_an_interruption_leaves_what_the_next_run_repairs(
    run: ModuleType,
    root: Path,
    make: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(command: list[str]) -> None:
        if "install" in command:
            raise KeyboardInterrupt

    monkeypatch.setattr(run, "ROOT", root)
    monkeypatch.setattr(run, "hand_over", lambda *_: 0)
    environment = make(interrupt)
    assert run.main(["test"]) == 130
    assert "Interrupted" in capsys.readouterr().err
    assert not environment.is_ready()

    make()
    assert run.main(["test"]) == 0
    assert environment.is_ready()
    assert run.main(["test"]) == 0
    assert capsys.readouterr().err.count("Setting up once") == 1


def test_a_failed_pip_is_not_ready(
    run: ModuleType, make: Callable[..., object]
) -> None:
    environment = make(lambda c: "ERROR: no room" if "install" in c else None)
    with pytest.raises(run.SetUpError, match="no room"):
        environment.set_up()
    assert not environment.is_ready()


def test_somebody_elses_environment_is_left_alone(
    run: ModuleType, root: Path, make: Callable[..., object]
) -> None:
    own = root / ".venv" / "pyvenv.cfg"
    own.parent.mkdir()
    own.write_text("home = /usr/bin\n", encoding="utf-8")
    environment = make()
    with pytest.raises(run.SetUpError, match="rename or delete it"):
        environment.set_up()
    assert own.read_text(encoding="utf-8") == "home = /usr/bin\n"
    assert environment.call.commands == []


@posix_only
def test_an_environment_that_is_a_link_keeps_what_it_holds(
    run: ModuleType, root: Path, tmp_path: Path, make: Callable[..., object]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in ("netcollab-set-up.txt", "python"):
        (other / name).write_text("ours elsewhere", encoding="utf-8")
    (root / ".venv").symlink_to(other)
    with pytest.raises(run.SetUpError, match="remove the link"):
        make().set_up()  # type: ignore[attr-defined]
    assert sorted(path.name for path in other.iterdir()) == [
        *("netcollab-set-up.txt", "python"),
    ]
    assert (other / "python").read_text(encoding="utf-8") == "ours elsewhere"


def test_a_project_without_its_lock(
    run: ModuleType, root: Path, make: Callable[..., object]
) -> None:
    (root / "requirements.lock").unlink()
    with pytest.raises(run.SetUpError, match=r"cannot read .*requirements\.lock"):
        make().is_ready()


def test_a_place_that_cannot_be_written_to(
    run: ModuleType, root: Path, make: Callable[..., object]
) -> None:
    (root / ".venv").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(run.SetUpError, match="cannot write in"):
        make().set_up()


@posix_only
def test_a_folder_that_cannot_be_on_the_path(run: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a:b").mkdir()
    (tmp_path / "a:b" / "requirements.lock").write_bytes(LOCK)
    with pytest.raises(run.SetUpError, match="rename the folder"):
        run.Environment(tmp_path / "a:b").set_up()


# How it sets up ----------------------------------------------------------------------


def test_packages_come_from_the_lock_alone(
    root: Path, make: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    environment = make()
    environment.set_up()
    venv, pip = environment.call.commands
    assert venv == [sys.executable, "-m", "venv", str(root / ".venv")]
    assert pip[:4] == [str(environment.python), "-m", "pip", "install"]
    assert pip[-2:] == ["--requirement", str(root / "requirements.lock")]
    assert not [word for word in pip if "://" in word or word.startswith("-e")]
    told = capsys.readouterr()
    assert told.out == ""
    assert "Setting up once: 2 packages" in told.err


def test_a_python_without_ensurepip_borrows_the_callers_pip(
    make: Callable[..., object],
) -> None:
    def split(command: list[str]) -> str | None:
        plain = "venv" in command and "--without-pip" not in command
        return "ensurepip is not available" if plain else None

    environment = make(split)
    environment.set_up()
    assert environment.is_ready()
    pip = environment.call.commands[-1]
    outer = [sys.executable, "-m", "pip", "--python", str(environment.python)]
    assert pip[:6] == [*outer, "install"]


def test_a_python_without_any_pip_names_the_package_to_install(
    run: ModuleType, make: Callable[..., object]
) -> None:
    def none(command: list[str]) -> str | None:
        return None if "--without-pip" in command else "No module named pip"

    name = "python{}.{}-venv".format(*sys.version_info)
    with pytest.raises(run.SetUpError, match=f"No module named pip.*install {name}"):
        make(none).set_up()


def test_a_silent_index_and_other_faults_are_told_apart(run: ModuleType) -> None:
    silent = (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnection"
        "Error()': /simple/alpha/\nERROR: No matching distribution found for alpha==1.0"
    )
    told = run.explain(silent)
    assert "connect to the network" in told
    assert "alpha==1.0" in told
    assert "\n" not in told

    full = "ERROR: Could not install packages due to an OSError: No space left\n"
    told = run.explain(full)
    assert "No space left" in told
    assert "network" not in told
    assert run.explain("") == "the packages cannot be installed (it says nothing)"


def test_the_second_set_up_waits_for_the_first(
    run: ModuleType, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = []

    def second() -> None:
        with run.only_one(root / ".setup.lock"):
            order.append("second")

    waiting = threading.Thread(target=second)
    with run.only_one(root / ".setup.lock"):
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
        order.append("first")
    waiting.join(timeout=10)
    assert order == ["first", "second"]
    assert capsys.readouterr().err.count("waiting") == 1


def test_the_lock_of_a_killed_set_up_is_free(run: ModuleType, root: Path) -> None:
    path = root / ".setup.lock"
    hold = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import run, pathlib\n"
        f"with run.only_one(pathlib.Path({str(path)!r})):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-X", "utf8", "-c", hold]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with path.open("a") as file:
            assert run.is_taken(file.fileno())
        holder.kill()
    with path.open("a") as file:
        assert not run.is_taken(file.fileno())


# What the job sees -------------------------------------------------------------------


def test_the_job_sees_this_project_and_writes_nothing_home(
    run: ModuleType, root: Path
) -> None:
    environment = run.Environment(root)
    caller = {
        "PATH": "/usr/bin",
        "HOME": "/home/bjørn",
        "PYTHONPATH": "/elsewhere",
        "PYTHONHOME": "/elsewhere",
        "JUPYTER_PATH": "/elsewhere",
        "VIRTUAL_ENV": "/elsewhere",
        "MPLBACKEND": "svg",
    }
    seen = environment.variables(caller)
    assert "/elsewhere" not in "".join(seen.values())
    assert seen["PYTHONPATH"] == str(root)
    assert seen["PATH"].split(os.pathsep) == [str(environment.scripts), "/usr/bin"]
    assert (seen["HOME"], seen["MPLBACKEND"]) == ("/home/bjørn", "svg")
    inside = ["MPLCONFIGDIR", "IPYTHONDIR", "VIRTUAL_ENV"]
    inside += [f"JUPYTER_{kind}_DIR" for kind in ("CONFIG", "DATA", "RUNTIME")]
    assert all(seen[name].startswith(str(root / ".venv")) for name in inside)
    assert seen["NETCOLLAB_STARTED_AS"] == run.started_as(sys.argv[0])
    assert caller["PYTHONPATH"] == "/elsewhere", "the caller's own are not changed"


def test_the_job_is_told_the_words_that_started_it(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.sys, "platform", "linux")
    assert run.started_as("run.py") == "python3 run.py"
    assert run.started_as("../min mappe/run.py") == 'python3 "../min mappe/run.py"'
    monkeypatch.setattr(run.sys, "platform", "win32")
    assert run.started_as("run.py") == "py run.py"


# From the terminal -------------------------------------------------------------------

STAND_IN = """\
import json, os, pathlib, sys, time
if sys.argv[1:] == ["wait"]:
    try:
        print("waiting", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        sys.exit(130)
told = {"words": sys.argv[1:], "folder": os.getcwd(), "package": __file__}
print(json.dumps(told))
sys.exit(3)
"""


@pytest.fixture
def project(root: Path) -> Path:
    """A copy of the script beside a stand-in for the package."""
    shutil.copy(SCRIPT, root / "run.py")
    package = root / "netcollab"
    package.mkdir()
    (package / "__main__.py").write_text(STAND_IN, encoding="utf-8")
    return root


def start(
    project: Path, *words: str, here: Path, **settings: str
) -> subprocess.Popen[str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PIP_", "PYTHON"))}
    return subprocess.Popen(
        [sys.executable, str(project / "run.py"), *words],
        cwd=here,
        env={**kept, "LC_ALL": "C", **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.fixture
def ready(run: ModuleType, project: Path) -> Path:
    """The same after its set-up, with this very Python."""
    environment = run.Environment(project)
    environment.scripts.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    stamp = run.seal(LOCK, "{}.{}".format(*sys.version_info))
    environment.stamp.write_text(stamp, encoding="utf-8")
    return project


@posix_only
def test_a_command_keeps_its_words_folder_and_exit_code(
    ready: Path, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("1 / 0", encoding="utf-8")
    process = start(ready, "check", "Ål og Å", "--json", here=tmp_path)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (3, "")
    told = json.loads(out)
    assert told["words"] == ["check", "Ål og Å", "--json"]
    assert told["folder"] == str(tmp_path)


@posix_only
def test_the_main_job_runs_in_the_projects_folder(ready: Path, tmp_path: Path) -> None:
    process = start(ready, here=tmp_path)
    told = json.loads(process.communicate(timeout=60)[0])
    assert told["words"] == ["paper"]
    assert told["folder"] == str(ready)


@posix_only
def test_ctrl_c_is_the_jobs_own(ready: Path) -> None:
    process = start(ready, "wait", here=ready)
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130


def test_help_needs_no_set_up(project: Path) -> None:
    process = start(project, "--help", here=project)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "python3 run.py test" in out
    assert not (project / ".venv").exists()


def test_a_real_set_up_fails_without_index_and_is_repaired(project: Path) -> None:
    """With pip cut off from every index; then with nothing to fetch."""
    cut_off = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
    }
    lock = project / "requirements.lock"
    lock.write_text("netcollab-no-such-package==1.0\n", encoding="utf-8")
    process = start(project, "check", here=project, **cut_off)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (4, "")
    assert [line[:10] for line in err.splitlines()] == ["Setting up", "run.py: th"]
    assert "no-such-package==1.0" in err

    lock.write_text("# nothing\n", encoding="utf-8")
    process = start(project, "check", here=project, **cut_off)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 3, err
    assert '"words": ["check"]' in out
    kept = {path.name for path in project.iterdir()}
    wanted = {"run.py", "requirements.lock", "netcollab", ".venv", ".setup.lock"}
    assert kept == wanted
