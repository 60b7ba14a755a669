"""Drives the real programs as a person or a script would, on a workspace of its own.

ANALEMMA_CLI names the program. Nothing here looks inside it: command lines in, JSON and exit codes out,
and what an onlooker can see of the machine: sockets, processes, files.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

CLI = os.environ.get("ANALEMMA_CLI", "")
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(SOURCE, "resources", "sample")
SANITIZER_EXIT = 99
FAULTS = re.compile(r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|QObject::.*thread|ASSERT")


class Ended:
    """How a command ended."""

    def __init__(self, words, code, out, err, seconds):
        self.words = words
        self.code = code
        self.out = out
        self.err = err
        self.seconds = seconds

    @property
    def json(self):
        """The last JSON object on stdout."""
        lines = [line for line in self.out.splitlines() if line.startswith("{")]
        if not lines:
            raise AssertionError(f"no JSON from {self}")
        return json.loads(lines[-1])

    def __str__(self):
        return (f"{' '.join(self.words)}: exit code {self.code} after {self.seconds:.1f} s\n"
                f"--- stdout\n{self.out[-4000:]}\n--- stderr\n{self.err[-6000:]}")


class Home:
    """A private ANALEMMA_HOME, home folder and temporary folder; the path is short for socket names.

    With `uid`, commands run as that user (only root can ask for it).
    """

    def __init__(self, uid=None):
        self.path = tempfile.mkdtemp(prefix="an-", dir="/tmp")
        self.program = [CLI]
        if uid is not None:
            copy = os.path.join(self.path, "analemma-cli")  # the build may lie where that user cannot look
            shutil.copy(CLI, copy)
            os.chmod(copy, 0o755)
            self.program = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--", copy]
        self.state = os.path.join(self.path, "s")
        self.home = os.path.join(self.path, "home")
        self.tmp = os.path.join(self.path, "t")
        for folder in (self.state, self.home, self.tmp):
            os.mkdir(folder, 0o700)
        if uid is not None:
            for folder in (self.path, self.state, self.home, self.tmp):
                os.chown(folder, uid, uid)

    def environment(self, **more):
        sanitizer = os.environ.get("ASAN_OPTIONS", "")
        keep = {name: os.environ[name] for name in ("PATH", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")
                if name in os.environ}
        keep.update(HOME=self.home, TMPDIR=self.tmp, ANALEMMA_HOME=self.state, LANG="C.UTF-8", LC_ALL="C.UTF-8",
                    USER="ana", LOGNAME="ana", QT_QPA_PLATFORM="offscreen",
                    ASAN_OPTIONS=f"{sanitizer}:exitcode={SANITIZER_EXIT}".lstrip(":"))
        keep.update(more)
        return keep

    def processes(self):
        """{pid: command line} of every process whose command line or environment names our state."""
        marker = self.path.encode()
        found = {}
        for name in os.listdir("/proc"):
            if not name.isdigit() or int(name) == os.getpid():
                continue
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    command = file.read()
                with open(f"/proc/{name}/environ", "rb") as file:
                    environment = file.read()
                with open(f"/proc/{name}/stat", "rb") as file:
                    if file.read().rpartition(b")")[2].split()[0] == b"Z":
                        continue
            except OSError:
                continue
            if marker in command or marker in environment:
                found[int(name)] = command.replace(b"\0", b" ").decode(errors="replace").strip()
        return found

    def strays(self):
        """Files outside the state folder."""
        return [os.path.join(folder, file) for top in (self.home, self.tmp)
                for folder, folders, files in os.walk(top) for file in files + folders]

    def remove(self):
        """Ends what is still there, by process id, and removes the folder."""
        for _ in range(20):
            left = self.processes()
            if not left:
                break
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.1)
        shutil.rmtree(self.path, ignore_errors=True)


class Workspace:
    """A workspace with the sample in it."""

    def __init__(self, home, name="shop", edit=None):
        self.home = home
        self.folder = os.path.join(home.path, name)
        self.repository = os.path.join(self.folder, "shop")
        self.cli("workspace", "init", self.folder, "--sample", "shop", where="/")
        self.file = os.path.join(self.folder, "analemma.yaml")
        if edit:
            with open(self.file, encoding="utf-8") as file:
                text = file.read()
            with open(self.file, "w", encoding="utf-8") as file:
                file.write(edit(text))

    def start(self, *words, where=None, environment=None):
        """A running command."""
        return subprocess.Popen([*self.home.program, *words], cwd=where or self.folder, text=True, errors="replace",
                                env=self.home.environment(**(environment or {})), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self, process, words, began, timeout=120, check=0):
        """Waits for a running command; `check` is the exit code it must have, or several, or None."""
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
            try:
                out, err = process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
            raise AssertionError(f"{' '.join(words)}: no end after {timeout} s\n{out[-3000:]}\n{err[-3000:]}") from None
        ended = Ended(words, process.returncode, out, err, time.monotonic() - began)
        if ended.code == SANITIZER_EXIT or FAULTS.search(err):
            raise AssertionError(f"a fault in the program: {ended}")
        wanted = (check,) if isinstance(check, int) else check
        if wanted is not None and ended.code not in wanted:
            raise AssertionError(f"wanted exit code {check}: {ended}")
        return ended

    def cli(self, *words, check=0, timeout=120, where=None, environment=None):
        began = time.monotonic()
        return self.end(self.start(*words, where=where, environment=environment), words, began, timeout, check)

    # ---- words for what tests do often -----------------------------------------------------------

    def git(self, *words):
        environment = {"PATH": os.environ["PATH"], "HOME": self.home.home, "GIT_CONFIG_NOSYSTEM": "1",
                       "GIT_AUTHOR_NAME": "Shop", "GIT_AUTHOR_EMAIL": "shop@example.org",
                       "GIT_COMMITTER_NAME": "Shop", "GIT_COMMITTER_EMAIL": "shop@example.org"}
        return subprocess.run(["git", "-c", "safe.directory=*", "-C", self.repository, *words], check=True,
                              env=environment, capture_output=True, text=True).stdout.strip()

    def commit(self, message, changes):
        """Commits files: {path: new text, or a function of the old text}; returns the commit."""
        for path, change in changes.items():
            full = os.path.join(self.repository, path)
            if callable(change):
                with open(full, encoding="utf-8") as file:
                    old = file.read()
                change = change(old)
                if change == old:
                    raise AssertionError(f"{path} did not change")
            with open(full, "w", encoding="utf-8") as file:
                file.write(change)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def release(self, approve=True):
        """Runs the pipeline for HEAD and makes a release; its version."""
        self.cli("pipeline", "run", "shop")
        version = self.cli("release", "create", "shop", "--json").json["version"]
        if approve:
            self.cli("release", "approve", version, "--yes")
        return version

    def deploy(self, environment, version, check=0, **more):
        return self.cli("deploy", environment, "--release", version, "--yes", "--json", check=check, **more)

    def show(self, environment="production"):
        return self.cli("environment", "show", environment, "--json").json

    def orphans(self):
        return self.cli("census", "--json", check=(0, 1)).json["orphans"]

    def servers(self):
        shown = self.cli("server", "list", "--json").json
        return shown["servers"]


def small(text, servers=1, watch="1s", within="20s"):
    """The sample's workspace file with fewer servers: what is tested is the same, only quicker."""
    text = text.replace("servers: 3", f"servers: {servers}")
    return text.replace("watch: 1s", f"watch: {watch}, within: {within}")


class Onlooker:
    """A user of the balancer who asks again and again and keeps what was answered."""

    def __init__(self, url, path="/api/version", keep_alive=False, pause=0.02):
        found = re.match(r"http://([^/:]+):(\d+)", url)
        self.address = (found.group(1), int(found.group(2)))
        self.path = path
        self.keep_alive = keep_alive
        self.pause = pause
        self.answers = []  # (seconds, version, server)
        self.failures = []  # (seconds, what)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(20)

    def _run(self):
        connection = None
        while not self._stop.is_set():
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(*self.address, timeout=10)
                connection.request("GET", self.path)
                response = connection.getresponse()
                body = response.read()
                if response.status != 200:
                    self.failures.append((time.monotonic(), f"HTTP {response.status}"))
                elif self.path == "/api/version":
                    answer = json.loads(body)
                    self.answers.append((time.monotonic(), answer["version"], answer["server"]))
                else:
                    self.answers.append((time.monotonic(), "", ""))
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.failures.append((time.monotonic(), repr(error)))
                connection = None
            if connection is not None and not self.keep_alive:
                connection.close()
                connection = None
            self._stop.wait(self.pause)
        if connection is not None:
            connection.close()

    def versions(self):
        """The versions that were served, in order, each change once."""
        seen = []
        for _, version, _ in list(self.answers):
            if not seen or seen[-1] != version:
                seen.append(version)
        return seen


def ask(url, path="/api/version"):
    """One request to the balancer."""
    found = re.match(r"http://([^/:]+):(\d+)", url)
    connection = http.client.HTTPConnection(found.group(1), int(found.group(2)), timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise AssertionError(f"GET {path}: HTTP {response.status}")
        return json.loads(body) if path.startswith("/api/") else body.decode()
    finally:
        connection.close()


def listening(address):
    """True when somebody listens on (host, port)."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(address) == 0


class Case(unittest.TestCase):
    """A test class with one workspace for all its tests, prepared once."""

    edit = staticmethod(small)
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not CLI or not os.access(CLI, os.X_OK):
            raise AssertionError(f"ANALEMMA_CLI names no program: {CLI!r}")
        cls.home = Home()
        cls.addClassCleanup(cls.home.remove)
        cls.workspace = Workspace(cls.home, edit=cls.edit)
        cls.prepare()

    @classmethod
    def prepare(cls):
        """What all tests of the class start from."""

    def production_serves(self, version, generation=None):
        """What is told, and what a user gets, are the same and are this."""
        shown = self.workspace.show()
        self.assertEqual(shown["active"]["release"], version)
        if generation is not None:
            self.assertEqual(shown["active"]["generation"], generation)
        for member in shown["members"]:
            self.assertEqual(member["health"], "healthy", member)
        self.assertEqual(ask(shown["balancer"]["url"])["version"], version)
        return shown


def say(text):
    print(text, file=sys.stderr, flush=True)


def main():
    unittest.main(verbosity=2, failfast=False)
