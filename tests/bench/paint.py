"""First paint of programs, seen from outside: the frame buffer of a private X server (Xvfb -fbdir) is watched
from the start of the program until its pixels change. The same ruler for every program."""

import mmap
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

WIDTH, HEIGHT, DEPTH = 1400, 900, 24
SAMPLE_STEP = 4 * 331  # every 331st pixel


class Screen:
    """A private X server with its frame buffer in a file."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="an-x-", dir="/tmp")
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x{DEPTH}", "-fbdir", self.folder,
             "-nolisten", "tcp", "-noreset"], pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.display = ":" + pipe.readline().strip()
        self.file = open(os.path.join(self.folder, "Xvfb_screen0"), "rb")
        self.pixels = mmap.mmap(self.file.fileno(), 0, prot=mmap.PROT_READ)

    def close(self):
        self.pixels.close()
        self.file.close()
        self.server.terminate()
        self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def look(self):
        """Some thousand pixels, spread over the screen."""
        return self.pixels[4096::SAMPLE_STEP]


def changed(one, other):
    """The share of pixels that differ."""
    return sum(a != b for a, b in zip(one, other)) / len(one)


def first_paint(command, environment, settle=0.0):
    """(milliseconds until the first pixels, milliseconds until they stood still for `settle` seconds)."""
    screen = Screen()
    try:
        blank = screen.look()
        began = time.monotonic()
        process = subprocess.Popen(command, env=dict(environment, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb"),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   start_new_session=True)
        first = last = None
        seen = blank
        while time.monotonic() - began < 20:
            now = screen.look()
            at = time.monotonic()
            if now != seen:
                seen = now
                last = at
                if first is None and changed(blank, now) > 0.02:
                    first = at
            if first is not None and at - last >= settle:
                break
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended: {process.stderr.read().decode()[-800:]}")
            time.sleep(0.001)
        end(process)
        if first is None:
            raise RuntimeError(f"{command[0]} painted nothing in 20 s")
        return (first - began) * 1000, (last - began) * 1000
    finally:
        screen.close()


def end(process):
    """Ends a program that we started, and what it started in its session."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(3)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    except ProcessLookupError:
        pass
    process.stderr.close()


def compare(programs, rounds=7):
    """{name: (median of first paint, median of standing still)}; programs take turns, so that all meet the same machine."""
    times = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, (command, environment, settle) in programs.items():
            taken = first_paint(command, environment, settle)
            if number > 0:  # the first round only fills the disk cache
                times[name].append(taken)
    return {name: (statistics.median(t[0] for t in taken), statistics.median(t[1] for t in taken))
            for name, taken in times.items()}
