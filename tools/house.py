"""Make this checkout ready on a bare machine, then do what a `make` command asks for.

Standard library only: this runs before anything is installed. What it makes is `.venv`, filled from the
locked versions in `requirements.txt` (the program) or `requirements-dev.txt` (the program and its tools).
A second call finds a stamp with the same fingerprint and goes straight to work.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
TOUR = BUILD / "tour"
PROGRAM = "requirements.txt"
TOOLS = "requirements-dev.txt"
OLDEST_PYTHON = (3, 11)
SCREEN = "-screen 0 1600x1000x24"

# Debian's names for what Qt's xcb platform, OpenGL in software and text need on a machine without a desktop.
WINDOW_PACKAGES = tuple(
    """
    ca-certificates fonts-dejavu-core
    libegl1 libgl1 libopengl0 libglx-mesa0 libegl-mesa0 libgl1-mesa-dri libglib2.0-0 libfontconfig1
    libdbus-1-3 libxkbcommon0 libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0
    libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0
    libxcb-xinerama0 libxcb-xkb1
    """.split()
)
SCREEN_PACKAGES = ("xvfb", "xauth")

# On other systems packages have other names, so there the libraries themselves are looked for.
WINDOW_LIBRARIES = tuple(
    """
    libEGL.so.1 libGL.so.1 libOpenGL.so.0 libglib-2.0.so.0 libfontconfig.so.1 libdbus-1.so.3
    libxkbcommon.so.0 libxkbcommon-x11.so.0 libX11-xcb.so.1 libxcb-cursor.so.0 libxcb-icccm.so.4
    libxcb-image.so.0 libxcb-keysyms.so.1 libxcb-render-util.so.0 libxcb-xinerama.so.0 libxcb-xkb.so.1
    """.split()
)


class NotReadyError(Exception):
    """Something is missing that only the person can provide; the text says what and how."""


def say(text: str) -> None:
    """Print at once, so that lines keep their order when another program writes to the same place."""
    print(text, flush=True)


# -- the system ----------------------------------------------------------------------------------------------


def use_new_enough_python() -> None:
    """Go on in Python 3.11 or newer: this one, or the first that is found."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    question = "import sys; sys.exit(sys.version_info < {})".format(OLDEST_PYTHON)  # noqa: UP032
    for name in ("python3.14", "python3.13", "python3.12", "python3.11", "/usr/bin/python3"):
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", question], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, *sys.argv])
    raise NotReadyError(
        "Minima Desktop needs Python 3.11 or newer; this is {}.{} and no newer one is on the path. "
        "Install one, or name it: make PYTHON=/path/to/python3 …".format(*sys.version_info)
    )


def has_display() -> bool:
    """Whether a window could be shown to a person."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_packages(wanted: tuple[str, ...]) -> list[str]:
    """Names out of `wanted` that this Debian-like system has not installed."""
    # Newer releases renamed some libraries (libglib2.0-0t64) and still accept the old names for installing.
    names = [*wanted, *(f"{name}t64" for name in wanted)]
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,  # it reports unknown names as an error, and they are just what is looked for
    )
    installed = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if not installed & {name, f"{name}t64"}]


def missing_libraries(wanted: tuple[str, ...]) -> list[str]:
    """Libraries out of `wanted` that the system's loader does not find."""
    import ctypes

    missing = []
    for name in wanted:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def provide_system_packages(window: bool, screen: bool) -> None:
    """See that what a window or a virtual screen needs is there; install it where that may be done."""
    if sys.platform != "linux":
        return
    if shutil.which("dpkg-query") and shutil.which("apt-get"):
        wanted = WINDOW_PACKAGES * window + SCREEN_PACKAGES * screen
        missing = missing_packages(wanted) if wanted else []
        if not python().exists() and not can_make_environments():
            missing.insert(0, "python3-venv")
        if missing:
            install_packages(missing)
        return
    missing = missing_libraries(WINDOW_LIBRARIES) if window else []
    missing += [name for name in ("xvfb-run", "xauth") if screen and not shutil.which(name)]
    if missing:
        raise NotReadyError(
            f"Missing on this system: {', '.join(missing)}. "
            "Install them with the system's package manager and run the command again."
        )


def can_make_environments() -> bool:
    """Whether this Python carries what `venv` needs; Debian puts it into a package of its own."""
    import importlib.util

    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def install_packages(missing: list[str]) -> None:
    """Install Debian packages: unasked as root, after a yes elsewhere."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() == 0:
        say(f"Installing {len(missing)} system packages: {' '.join(missing)}")
        apt(["apt-get", "update"], [])
        apt(install, [])
        return
    line = f"sudo apt-get update && sudo {' '.join(install)}"
    say(f"These system packages are missing. The line that installs them:\n\n    {line}\n")
    if not (sys.stdin.isatty() and shutil.which("sudo")):
        raise NotReadyError("Run that line, then run the command again.")
    if input("Run it now with sudo? [y/N] ").strip().lower() not in ("y", "yes"):
        raise NotReadyError("Nothing was installed. Run that line, then run the command again.")
    apt(["apt-get", "update"], ["sudo"])
    apt(install, ["sudo", "DEBIAN_FRONTEND=noninteractive"])


def apt(arguments: list[str], prefix: list[str]) -> None:
    """Run apt-get quietly; show what it said only if it fails."""
    options = ["-q", "-o", "DPkg::Lock::Timeout=300", "-o", "APT::Color=0", "-o", "Dpkg::Use-Pty=0"]
    command = [*prefix, arguments[0], *options, *arguments[1:]]
    done = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        say(done.stdout[-4000:])
        raise NotReadyError(f"This failed: {' '.join([*prefix, *arguments])}")


# -- the virtual environment ---------------------------------------------------------------------------------


def fingerprint(lock: str) -> str:
    """Name everything that decides what is in `.venv`: lock, packaging, and where this checkout lies."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [str(ROOT), *((ROOT / name).read_text(encoding="utf-8") for name in (PROGRAM, lock))]
    parts += [repr(project["project"]), repr(project["build-system"]), repr(project["tool"]["hatch"])]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def prepare(lock: str, window: bool = False, screen: bool = False) -> None:
    """Make `.venv` hold the versions of `lock` and this checkout; at once when it already does."""
    provide_system_packages(window, screen)
    stamp = VENV / f"ready-{lock}"
    if is_ready(stamp, fingerprint(lock)):
        return
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "setup.lock").open("w") as guard:
        wait_for(guard)
        if not is_ready(stamp, fingerprint(lock)):  # another command may have done it while this one waited
            fill_environment(lock)
            stamp.write_text(fingerprint(lock), encoding="utf-8")


def is_ready(stamp: Path, expected: str) -> bool:
    """Whether a stamp was written for exactly this state, and its interpreter still exists."""
    try:
        return stamp.read_text(encoding="utf-8") == expected and python().exists()
    except OSError:
        return False


def wait_for(guard: object) -> None:
    """Let only one command at a time fill `.venv`; the lock goes when the file is closed."""
    try:
        import fcntl
    except ImportError:  # Windows, where nobody runs two makes at once
        return
    fcntl.flock(guard, fcntl.LOCK_EX)


def python() -> Path:
    """Return the interpreter of `.venv`."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def fill_environment(lock: str) -> None:
    """Create `.venv` if it is not usable, install the lock, then this checkout (editable)."""
    say(f"Preparing .venv from {lock} (once, about a minute) …")
    usable = python().exists() and quiet([str(python()), "-m", "pip", "--version"]).returncode == 0
    if not usable:
        done = quiet([sys.executable, "-m", "venv", "--clear", str(VENV)])
        if done.returncode:
            say(done.stdout)
            raise NotReadyError("The virtual environment .venv could not be made; the lines above say why.")
    pip = [str(python()), "-m", "pip", "--disable-pip-version-check", "install"]
    for arguments in (["-r", str(ROOT / lock)], ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]):
        done = quiet([*pip, *arguments])
        if done.returncode:
            say(done.stdout[-4000:])
            raise NotReadyError("pip could not install what is locked; the lines above say why.")


def quiet(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command and keep what it says."""
    return subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=clean_environment(),
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what would mix other checkouts into `.venv`."""
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}


# -- the commands --------------------------------------------------------------------------------------------


def tool(name: str) -> str:
    """Return the path of a program installed in `.venv`."""
    return str(python().with_name(name))


def become(command: list[str], environment: dict[str, str]) -> int:
    """Replace this process by `command`, so that keys, signals and status go straight to it."""
    os.chdir(ROOT)
    if sys.platform == "win32":
        return subprocess.call(command, env=environment)
    os.execvpe(command[0], command, environment)


def on_virtual_screen(command: list[str]) -> tuple[list[str], dict[str, str]]:
    """Put `command` on a screen of its own, where nobody's desktop gets in its way; with its environment."""
    environment = clean_environment()
    if sys.platform != "linux":
        return command, environment
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "PYOPENGL_PLATFORM"):
        environment.pop(name, None)
    environment["QT_QPA_PLATFORM"] = "xcb"
    return ["xvfb-run", "-a", "-s", SCREEN, *command], environment


def run(arguments: list[str]) -> int:
    """Start the program; with no display, its first minute on a virtual screen."""
    if not has_display():
        say("No display here: the program runs its first minute on a virtual screen and leaves pictures.")
        return tour([])
    prepare(PROGRAM, window=True)
    return become([tool("minima-desktop"), *arguments], clean_environment())


def tour(_: list[str]) -> int:
    """Run the very same program through its first minute on a virtual screen; pictures in `build/tour/`."""
    prepare(PROGRAM, window=True, screen=True)
    if TOUR.exists():
        shutil.rmtree(TOUR)
    TOUR.mkdir(parents=True)
    command, environment = on_virtual_screen([tool("minima-desktop"), "--tour", str(TOUR)])
    status = subprocess.call(command, env=environment, cwd=ROOT)
    pictures = sorted(path.name for path in TOUR.glob("*.png"))
    if status == 0 and not pictures:
        say("The tour ended without a picture in build/tour/.")
        return 1
    say(f"Pictures in {TOUR.relative_to(ROOT)}/: {', '.join(pictures) or 'none'}")
    return status


def test(arguments: list[str]) -> int:
    """Run pytest under a virtual screen.

    All tests are shared out among processes, each with a virtual screen of its own (tests/conftest.py): a
    screen has one keyboard.
    """
    prepare(TOOLS, window=True, screen=True)
    chosen = arguments or ["--numprocesses=auto", "--maxprocesses=4", "--dist=worksteal"]
    return become(*on_virtual_screen([str(python()), "-m", "pytest", *chosen]))


def bench(arguments: list[str]) -> int:
    """Run the benchmarks under a virtual screen."""
    prepare(TOOLS, window=True, screen=True)
    return become(*on_virtual_screen([str(python()), "benchmarks/run.py", *arguments]))


def lint(_: list[str]) -> int:
    """Run every check of style, types and imports, all of them even when one fails."""
    prepare(TOOLS)
    checks = (
        ("style", [tool("ruff"), "check", "."]),
        ("format", [tool("ruff"), "format", "--check", "."]),
        ("strict types of the core", [tool("mypy"), "--strict", "-p", "minima_core"]),
        (
            "types of the rest",
            [tool("mypy"), "-p", "minima_desktop", "-p", "minima_widgets", "-p", "minima_resources"],
        ),
        ("imports", [tool("lint-imports"), "--no-cache", "--no-logo"]),
    )
    failed = []
    for name, command in checks:
        say(f"-- {name}")
        if subprocess.call(command, cwd=ROOT, env=clean_environment()):
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def tidy(_: list[str]) -> int:
    """Sort imports and format the code."""
    prepare(TOOLS)
    ruff = tool("ruff")
    status = subprocess.call([ruff, "check", "--fix", "--quiet", "."], cwd=ROOT)
    return subprocess.call([ruff, "format", "."], cwd=ROOT) or status


def setup(_: list[str]) -> int:
    """Only make everything ready."""
    prepare(TOOLS, window=True, screen=True)
    say("Ready.")
    return 0


COMMANDS = {
    "setup": setup,
    "run": run,
    "tour": tour,
    "test": test,
    "lint": lint,
    "format": tidy,
    "bench": bench,
}


def main(arguments: list[str]) -> int:
    """Do one command; 2 when something is missing that only the person can provide."""
    try:
        use_new_enough_python()
        return COMMANDS[arguments[0]](arguments[1:])
    except NotReadyError as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
