"""Run netcollab on a machine that has only Python: sets up what is missing, once.

The file keeps to what Python 3.6 can parse, so that an old Python gets a sentence and
not a SyntaxError. It uses the standard library only.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Environment", "Job", "SetUpError", "decide", "main"]

HELP = """\
usage: python3 run.py [JOB] [ARGUMENT ...]        (Windows: py run.py ...)

Makes .venv from requirements.lock the first time, then runs the job:

  python3 run.py                   the paper: every notebook, table and figure
  python3 run.py test              every test, and every notebook against its outputs
  python3 run.py test ARGUMENT ... the same with arguments for pytest, if the first is
                                   an option (-x, -k NAME) or a path under tests/,
                                   netcollab/ or notebooks/
  python3 run.py lab               JupyterLab in notebooks/
  python3 run.py python FILE ...   your own script, with netcollab at hand
  python3 run.py COMMAND ...       any netcollab command, also "test STUDY ..."
  python3 run.py --help            this page, then netcollab's own once it is set up

Exit codes: 0 done, 1 the job failed, 2 bad input or usage, 3 analysis refused,
4 environment (Python, packages, disk), 130 interrupted.
"""

LOWEST = (3, 11)
ENVIRONMENT, INTERRUPTED = 4, 130

ROOT = Path(__file__).resolve().parent
TESTED = ("tests", "netcollab", "notebooks")
EVERY_CORE = ("-n", "logical", "--dist", "loadfile", "--no-loadscope-reorder")

# JupyterLab looks for newer versions, news and language servers; nothing here calls the
# network or other programs unasked.
QUIET_LAB = (
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
    "--LanguageServerManager.autodetect=False",
)
# Settings of the caller that would lead the project's Python to other code.
FOREIGN = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONDONTWRITEBYTECODE",  # packages are compiled when first used, and then kept
    "__PYVENV_LAUNCHER__",
    "CONDA_PREFIX",
    "JUPYTER_PATH",
    "JUPYTER_CONFIG_PATH",
)
NO_ANSWER = (
    "Retrying (Retry(",
    "ConnectionError",
    "Failed to establish a new connection",
    "Max retries exceeded",
    "timed out",
)


class SetUpError(Exception):
    """Something about this machine that stops the set-up, in one line."""


class Job:
    """What the project's Python is to run, and in which folder."""

    def __init__(self, arguments: "list[str]", folder: Path) -> None:
        self.arguments = arguments
        self.folder = folder


def main(arguments: "list[str]") -> int:
    """Set up if needed and run the job; returns the exit code."""
    try:
        check_python(sys.version_info[:2])
        environment = Environment(ROOT)
        ready = environment.is_ready()
        if arguments[:1] in (["-h"], ["--help"]):
            print(HELP, flush=True)
            if not ready:
                return 0
        elif not ready:
            environment.set_up()
        return hand_over(environment, decide(arguments, Path.cwd()))
    except SetUpError as error:
        say(f"run.py: {error}")
        return ENVIRONMENT
    except KeyboardInterrupt:
        say("\nInterrupted. The same command takes up the work again.")
        return INTERRUPTED


def check_python(version: "tuple[int, int]") -> None:
    """Complain about a Python that is too old, naming a newer one if it is there."""
    if version >= LOWEST:
        return
    newer = (f"python3.{minor}" for minor in range(30, LOWEST[1] - 1, -1))
    found = next((name for name in newer if shutil.which(name)), "")
    advice = f"try {found} run.py" if found else "install a newer one"
    needed, given = (".".join(map(str, numbers)) for numbers in (LOWEST, version))
    raise SetUpError(
        f"netcollab needs Python {needed} or newer, this is {given}: {advice}"
    )


def decide(arguments: "list[str]", here: Path) -> Job:
    """The job that the words of the command line ask for.

    `test` is pytest when nothing follows, or when an option or a path of the project's
    own tests does; otherwise, and for help, it is netcollab's command of that name.
    `python` is the project's Python.
    """
    if not arguments:
        return Job(["-P", "-m", "netcollab", "paper"], ROOT)
    first, rest = arguments[0], arguments[1:]
    if first == "lab":
        return Job(["-m", "jupyterlab", *QUIET_LAB, *rest], ROOT / "notebooks")
    if first == "python":
        return Job(rest, here)
    if arguments == ["test"]:
        return Job(["-m", "pytest", *EVERY_CORE], ROOT)
    if first == "test" and not {"-h", "--help"} & set(rest):
        paths = [test_path(argument, here) for argument in rest]
        if not rest or rest[0].startswith("-") or paths[0]:
            named = [
                path or argument for path, argument in zip(paths, rest, strict=True)
            ]
            return Job(["-m", "pytest", *named], ROOT)
    # -P: a module in the folder of the caller's data is never taken for a library.
    return Job(["-P", "-m", "netcollab", *arguments], here)


def test_path(argument: str, here: Path) -> str:
    """The absolute form of a path among the tests, with its ::test; or nothing."""
    name, colons, test = argument.partition("::")
    for folder in (here, ROOT):
        path = Path(os.path.abspath(str(folder / name)))
        inside = any(ROOT / part in (path, *path.parents) for part in TESTED)
        if inside and path.exists():
            return str(path) + colons + test
    return ""


def hand_over(environment: "Environment", job: Job) -> int:
    """Become the job, so that signals and the exit code are its own."""
    command = [str(environment.python), *job.arguments]
    variables = environment.variables(os.environ)
    folder = str(job.folder if job.folder.is_dir() else ROOT)
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        # Windows cannot replace a process. Ctrl-C reaches the job without our help.
        signal.signal(signal.SIGINT, lambda *_: None)
        return subprocess.Popen(command, env=variables, cwd=folder).wait()
    os.chdir(folder)
    return os.execve(command[0], command, variables)


class Environment:
    """The folder .venv, made from requirements.lock and kept in step with it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.requirements = root / "requirements.lock"
        self.stamp = self.folder / "netcollab-set-up.txt"
        windows = sys.platform == "win32"
        self.scripts = self.folder / ("Scripts" if windows else "bin")
        self.python = self.scripts / ("python.exe" if windows else "python")

    def is_ready(self) -> bool:
        """Whether a set-up from this very lock was finished and its Python works.

        The Python of .venv may be another than the one that runs this file.
        """
        lock = self.read_lock()
        try:
            stamped = self.stamp.read_text(encoding="utf-8")
        except OSError:
            return False
        version = self.version()
        return bool(version) and stamped == seal(lock, version)

    def read_lock(self) -> bytes:
        """The content of requirements.lock."""
        try:
            return self.requirements.read_bytes()
        except OSError as error:
            raise SetUpError(
                f"cannot read {self.requirements} ({error.strerror})"
            ) from None

    def version(self) -> str:
        """The version of .venv's Python, or nothing if it does not start."""
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        command = [str(self.python), "-I", "-S", "-c", code]
        try:
            said = subprocess.check_output(command, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            return ""
        return said.decode("ascii").strip()

    def set_up(self) -> None:
        """Make .venv, or wait for the set-up that is making it."""
        if os.pathsep in str(self.root):
            raise SetUpError(
                f"{self.root} cannot be on Python's path, because its name holds "
                f"{os.pathsep!r}: rename the folder"
            )
        try:
            with only_one(self.root / ".setup.lock") as holder:
                if not self.is_ready():
                    self.make(holder)
        except OSError as error:
            raise SetUpError(f"cannot write in {self.root}: {error}") from None

    def make(self, holder: int) -> None:
        """Build .venv from nothing; the stamp that says so is written last."""
        lock = self.read_lock()
        self.clear()
        names = {line.split(b"==")[0] for line in lock.splitlines() if b"==" in line}
        say(f"Setting up once: {len(names)} packages, about a minute ...")
        started = time.monotonic()
        install = [
            *self.make_python(holder),
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "--no-user",
            "--no-deps",  # the lock is complete
            "--no-compile",  # Python compiles what is used, when it is used
            "--requirement",
            str(self.requirements),
        ]
        pip = self.call(install, holder, self.variables(os.environ))
        if pip.returncode != 0:
            raise SetUpError(explain(pip.stderr))
        new = self.stamp.with_suffix(".new")
        new.write_text(seal(lock, self.version()), encoding="utf-8")
        os.replace(str(new), str(self.stamp))
        say(f"Set up in {time.monotonic() - started:.0f} s.")

    def clear(self) -> None:
        """Empty .venv, but only one that this file has made.

        The stamp stays throughout, so that an interrupted clearing is known as ours.
        """
        if self.folder.is_symlink():
            raise SetUpError(
                f"{self.folder} is a link to {self.folder.resolve()}, which a set-up "
                "would empty: remove the link"
            )
        self.folder.mkdir(exist_ok=True)
        kept = list(self.folder.iterdir())
        if kept and not self.stamp.exists():
            raise SetUpError(
                f"{self.folder} was not made by run.py: rename or delete it"
            )
        self.stamp.write_text("unfinished\n", encoding="utf-8")
        for path in kept:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(str(path))
            elif path != self.stamp:
                path.unlink()

    def make_python(self, holder: int) -> "list[str]":
        """Make .venv's Python; returns the command of the pip that serves it.

        Debian splits ensurepip off; then the caller's pip does the work from outside.
        """
        make = [sys.executable, "-m", "venv", str(self.folder)]
        if self.call(make, holder).returncode == 0:
            return [str(self.python), "-m", "pip"]
        self.clear()
        outer = [sys.executable, "-m", "pip", "--python", str(self.python)]
        for command in ([*make, "--without-pip"], [*outer, "--version"]):
            step = self.call(command, holder)
            if step.returncode != 0:
                said = last_line(step.stdout + step.stderr)
                name = "python{}.{}-venv".format(*sys.version_info)
                raise SetUpError(
                    f"this Python can make no virtual environment ({said}): install "
                    f"its venv module (Debian, Ubuntu: sudo apt install {name})"
                )
        return outer

    def call(
        self,
        command: "list[str]",
        holder: int,
        variables: "Mapping[str, str] | None" = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Run one step quietly.

        The step holds the lock as well: if this process is killed, the next set-up
        waits until the step has ended.
        """
        return subprocess.run(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            pass_fds=() if sys.platform == "win32" else (holder,),
        )

    def variables(self, inherited: "Mapping[str, str]") -> "dict[str, str]":
        """The environment variables of a job: they point to this project and its .venv.

        The package is found through PYTHONPATH, which kernels inherit, and not through
        an installed .pth file, which Python 3.11 cannot read in every locale. What
        libraries like to write into the home folder goes into .venv.
        """
        own = {
            "PATH": os.pathsep.join([str(self.scripts), inherited.get("PATH", "")]),
            "VIRTUAL_ENV": str(self.folder),
            "NETCOLLAB_STARTED_AS": started_as(sys.argv[0]),
            "PYTHONPATH": str(self.root),
            "PYTHONNOUSERSITE": "1",
            "PYTHONUTF8": "1",
            "JUPYTER_PREFER_ENV_PATH": "1",
            "JUPYTER_CONFIG_DIR": str(self.folder / "jupyter" / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "jupyter" / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "jupyter" / "runtime"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "MPLCONFIGDIR": str(self.folder / "matplotlib"),
        }
        kept = {name: text for name, text in inherited.items() if name not in FOREIGN}
        return {**kept, **own}


def started_as(script: str) -> str:
    """The words that start this file, as the package is to repeat them in advice."""
    shown = f'"{script}"' if " " in script else script
    return f"{'py' if sys.platform == 'win32' else 'python3'} {shown}"


def seal(lock: bytes, version: str) -> str:
    """What the stamp says after a finished set-up: the lock's hash and the Python."""
    return f"{hashlib.sha256(lock).hexdigest()} {version}\n"


def explain(output: str) -> str:
    """One line on why pip failed, with its own last words."""
    errors = [line for line in output.splitlines() if line.startswith("ERROR: ")]
    said = last_line("\n".join(errors) or output)
    if any(words in output for words in NO_ANSWER):
        return (
            "the packages cannot be fetched, because no package index answers: connect "
            f"to the network and run the same command again ({said})"
        )
    return f"the packages cannot be installed ({said})"


def last_line(output: str) -> str:
    """The last words of a program that failed."""
    return (output.strip() or "it says nothing").splitlines()[-1]


@contextlib.contextmanager
def only_one(path: Path) -> "Iterator[int]":
    """Hold the lock on a file; the system lets go of it when its holders end."""
    with path.open("a", encoding="utf-8") as file:
        if is_taken(file.fileno()):
            say("Another set-up is under way; waiting for it ...")
            while is_taken(file.fileno()):
                time.sleep(0.3)
        yield file.fileno()


def is_taken(file: int) -> bool:
    """Whether somebody else holds the lock; if nobody does, it is ours from now on."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:
        return False  # a file system without locks
    return False


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
