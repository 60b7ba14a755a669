#!/usr/bin/python3 -B
"""The console's widget and Debian's terminals on the same bytes: from the first byte written to the answer of the terminal.

    tests/bench/terminals.py [BENCH_CONSOLE] [--runs N] [--only KIND]

Starts an Xvfb of its own. Each terminal shows 120x40 cells and runs this program again as its child: it writes 32 MiB, asks
for the device attributes (CSI c) and stops the clock at the answer. Medians of the runs, and how much faster the console is.
"""

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = ("ascii", "utf8", "dense", "sgr_heavy", "scroll_region")
LIMIT_SECONDS = 90


def child(path, result):
    import termios
    import tty
    with open(path, "rb") as file:
        data = file.read()
    before = termios.tcgetattr(0)
    tty.setraw(0)
    began = time.monotonic()
    view = memoryview(data)
    while view:
        view = view[os.write(1, view[:65536]):]
    os.write(1, b"\033[0m\033[c")
    answer = b""
    while not re.search(rb"\033\[\?[0-9;]*c", answer):
        answer += os.read(0, 1024)
    took = time.monotonic() - began
    termios.tcsetattr(0, termios.TCSANOW, before)
    with open(result, "w", encoding="ascii") as file:
        file.write(str(len(data) / 1048576 / took))


def commands(bench, folder):
    this = [sys.executable, "-B", os.path.abspath(__file__), "--child"]
    yield "console", lambda tail: [bench, "--pty", *this, *tail]
    if shutil.which("alacritty"):
        config = os.path.join(folder, "alacritty.yml")
        with open(config, "w", encoding="ascii") as file:
            file.write("window:\n  dimensions:\n    columns: 120\n    lines: 40\nscrolling:\n  history: 10000\n")
        yield "alacritty", lambda tail: ["alacritty", "--config-file", config, "-e", *this, *tail]
    if shutil.which("konsole"):
        yield "konsole", lambda tail: ["konsole", "-p", "TerminalColumns=120", "-p", "TerminalRows=40",
                                       "--hide-menubar", "--hide-tabbar", "-e", *this, *tail]


def measure(command, environment, result):
    if os.path.exists(result):
        os.remove(result)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline and not (os.path.exists(result) and os.path.getsize(result)):
        time.sleep(0.05)
        if process.poll() is not None and not os.path.exists(result):
            break
    time.sleep(0.2)
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    process.wait()
    if not os.path.exists(result):
        return None
    with open(result, encoding="ascii") as file:
        return float(file.read())


def main(arguments):
    if arguments[:1] == ["--child"]:
        child(arguments[1], arguments[2])
        return 0
    runs = int(arguments[arguments.index("--runs") + 1]) if "--runs" in arguments else 3
    only = arguments[arguments.index("--only") + 1:][:1] if "--only" in arguments else KINDS
    named = [one for one in arguments[:1] if not one.startswith("-")]
    bench = os.path.abspath(named[0] if named else
                            os.path.join(HERE, "..", "..", "build", "release", "bin", "bench_console"))
    with tempfile.TemporaryDirectory() as folder:
        read_end, write_end = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1920x1080x24"],
                                  pass_fds=[write_end], stderr=subprocess.DEVNULL)
        os.close(write_end)
        display = ":" + os.read(read_end, 16).decode().strip()
        environment = dict(os.environ, DISPLAY=display, QT_QPA_PLATFORM="xcb", XDG_RUNTIME_DIR=folder, HOME=folder,
                           LIBGL_ALWAYS_SOFTWARE="1", LC_ALL="C.UTF-8")
        try:
            found = {}
            result = os.path.join(folder, "result")
            for kind in only:
                path = os.path.join(folder, kind)
                subprocess.run([bench, "--make", kind, path], check=True)
                for name, command in commands(bench, folder):
                    figures = [measure(command([path, result]), environment, result) for _ in range(runs)]
                    good = [figure for figure in figures if figure]
                    found[kind, name] = statistics.median(good) if good else None
                os.remove(path)
                ours = found[kind, "console"]
                row = [f"console {ours:6.1f} MiB/s" if ours else "console: no answer"]
                for (one, name), figure in found.items():
                    if one == kind and name != "console":
                        row.append(f"{name} {figure:6.1f} ({ours / figure:.1f} times)" if figure and ours
                                   else f"{name}: no answer")
                print(f"{kind:<14} " + "   ".join(row), flush=True)
        finally:
            server.terminate()
            server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
