"""The window goes on with what the command line could not end.

analemma-cli is killed (kill -9) in the middle of a deploy; then the window is opened on the same workspace, without
a screen, and must bring the operation to its end by itself. ANALEMMA_WINDOW names its program.
"""

import os
import signal
import subprocess
import time

from harness import Case, Onlooker, ask, main, say, small

WINDOW = os.environ.get("ANALEMMA_WINDOW", "")
LIMIT = 90


class Window(Case):
    @staticmethod
    def edit(text):
        return small(text, servers=2, watch="300ms")

    @classmethod
    def prepare(cls):
        if not WINDOW or not os.access(WINDOW, os.X_OK):
            raise AssertionError(f"ANALEMMA_WINDOW names no program: {WINDOW!r}")
        w = cls.workspace
        cls.first = w.release()
        w.deploy("production", cls.first)
        w.cli("workspace", "advance")
        cls.second = w.release()

    def strike(self, n, *words):
        """Runs a command that kills itself after its n-th record; it must."""
        began = time.monotonic()
        process = self.workspace.start(*words, environment={"ANALEMMA_CRASH_AT": str(n)})
        self.workspace.end(process, words, began, check=-signal.SIGKILL)

    def open(self):
        """The window on the workspace, painting nowhere."""
        process = subprocess.Popen([WINDOW, self.workspace.folder], cwd=self.home.tmp, env=self.home.environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.close, process)
        return process

    def close(self, process):
        """Asks it to end, as a session does when a person logs out; what it said is told when it did not end well."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            out, err = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"the window did not end after SIGTERM\n{out[-2000:]}\n{err[-4000:]}")
        self.assertEqual(process.returncode, 0, f"{out[-2000:]}\n{err[-4000:]}")

    def operation(self, name):
        return self.workspace.cli("operation", "show", name, "--json").json

    def wait_for(self, name, window):
        """The operation, once it is finished; the window must live until then."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            shown = self.operation(name)
            if shown["state"] == "finished":
                return shown
            self.assertIsNone(window.poll(), "the window ended before the operation did")
            time.sleep(0.2)
        self.fail(f"not finished after {LIMIT} s: {self.operation(name)}")

    def unfinished(self):
        return self.workspace.cli("operation", "list", "--unfinished", "--json").json["operations"]

    def left(self):
        """The deploy that was killed; a bake that it had begun may lie there as well."""
        found = {one["kind"]: one["id"] for one in self.unfinished()}
        self.assertIn("deploy", found)
        return found["deploy"]

    def goes_on(self, n, version, generation):
        before = self.workspace.show()
        url = before["balancer"]["url"]
        with Onlooker(url) as onlooker:
            self.strike(n, "deploy", "production", "--release", version, "--yes", "--json")
            name = self.left()
            done = len([one for one in self.operation(name)["actions"] if one["state"] == "ok"])
            window = self.open()
            ended = self.wait_for(name, window)
            self.close(window)
        self.assertEqual(ended["outcome"], "ok", ended)
        self.assertEqual(self.unfinished(), [])
        self.assertGreater(len([one for one in ended["actions"] if one["state"] == "ok"]), done)
        self.assertEqual(onlooker.failures, [])
        self.production_serves(version, generation)
        self.assertEqual(self.workspace.orphans(), [])
        say(f"      killed after record {n} with {done} actions done: the window ended the other "
            f"{len(ended['actions']) - done}")

    def test_a_killed_deploy_is_ended_by_the_window(self):
        self.goes_on(6, self.second, 2)     # while images and servers are made
        self.goes_on(20, self.first, 3)     # with servers up, before the switch

    def test_a_window_that_is_closed_lets_go(self):
        """Closing the window suspends what it drives; the command line ends it, and nothing is made twice."""
        active = self.workspace.show()["active"]
        version = self.first if active["release"] == self.second else self.second
        self.strike(4, "deploy", "production", "--release", version, "--yes", "--json")
        name = self.left()
        window = self.open()
        deadline = time.monotonic() + LIMIT
        began = len(self.operation(name)["actions"])
        while len([one for one in self.operation(name)["actions"] if one["state"] == "ok"]) <= began // 4:
            self.assertLess(time.monotonic(), deadline, "the window never went on")
            if self.operation(name)["state"] == "finished":
                break
            time.sleep(0.02)
        self.close(window)
        if self.operation(name)["state"] != "finished":
            self.workspace.cli("operation", "resume", name)
        self.assertEqual(self.operation(name)["outcome"], "ok")
        self.production_serves(version, active["generation"] + 1)
        self.assertEqual(self.workspace.orphans(), [])
        self.assertEqual(ask(self.workspace.show()["balancer"]["url"])["version"], version)


if __name__ == "__main__":
    main()
