"""A command on three servers, with kill -9 of the driving process after every journal record and in the middle of
the step: whoever goes on, each server has run it exactly once, and nothing is left lying there.
"""

import os
import signal
import time

from harness import Case, main, say, small

LEAST = 10  # the operation, three steps and the clean-up with an intent and an outcome each, the end


class Fleet(Case):
    @staticmethod
    def edit(text):
        return small(text, servers=3, watch="300ms")

    @classmethod
    def prepare(cls):
        w = cls.workspace
        w.deploy("production", w.release())
        cls.servers = sorted(one["name"] for one in w.servers() if one["environment"] == "production")

    def words(self, command, *more):
        return ("fleet", "run", "--on", "env=production", "--yes", "--json", *more, "--", command)

    def on(self, server, command):
        return self.workspace.cli("server", "exec", server, "--", command, check=(0, 1)).out

    def ran_once(self, name, what):
        for server in self.servers:
            self.assertEqual(self.on(server, f"cat ~/{name}"), "run\n", f"{what} on {server}")

    def left_there(self):
        """Folders of steps; an empty mark may stay for a day."""
        return [self.on(server, "ls -d ~/.analemma/steps/*/ 2>/dev/null") for server in self.servers]

    def unfinished(self):
        return self.workspace.cli("operation", "list", "--unfinished", "--json").json["operations"]

    def test_killed_after_every_record(self):
        w = self.workspace
        began = time.monotonic()
        fired = 0
        while True:
            n = fired + 1
            words = self.words(f"echo run >>~/count-{n}; sleep 0.3; echo done")
            started = time.monotonic()
            process = w.start(*words, environment={"ANALEMMA_CRASH_AT": str(n)})
            ended = w.end(process, words, started, check=(0, -signal.SIGKILL))
            left = self.unfinished()
            if ended.code == 0:
                self.assertEqual(left, [])
                break
            fired += 1
            self.assertLess(fired, 100)
            self.assertLessEqual(len(left), 1, left)
            if left:
                w.cli("operation", "resume", *([left[0]["id"]] if n % 2 else []))
            shown = w.cli("fleet", "show", "latest", "--json").json
            self.assertEqual([one["state"] for one in shown["servers"]], ["ok"] * 3, f"point {n}: {shown}")
            self.assertEqual([one["output"] for one in shown["groups"]], ["done\n"], f"point {n}")
            self.ran_once(f"count-{n}", f"point {n}")
            self.assertEqual(self.left_there(), [""] * 3, f"point {n}")
        self.assertGreaterEqual(fired, LEAST)
        say(f"      fleet: {fired} points in {time.monotonic() - began:.0f} s")

    def test_killed_in_the_middle(self):
        w = self.workspace
        words = self.words("echo run >>~/middle; sleep 3; echo done")
        process = w.start(*words)
        deadline = time.monotonic() + 20
        while self.on(self.servers[-1], "cat ~/middle 2>/dev/null") == "":
            self.assertLess(time.monotonic(), deadline)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
        self.assertEqual(self.unfinished()[0]["state"], "interrupted")
        w.cli("operation", "resume")
        shown = w.cli("fleet", "show", "latest", "--json").json
        self.assertEqual([one["state"] for one in shown["servers"]], ["ok"] * 3)
        self.assertEqual(len(shown["groups"]), 1)
        self.ran_once("middle", "killed in the middle")
        self.assertEqual(self.left_there(), [""] * 3)

    def test_detached_goes_on(self):
        w = self.workspace
        words = self.words("echo run >>~/detached; sleep 1", "--detach")
        operation = w.cli(*words).json["operation"]
        w.cli("operation", "follow", operation)
        self.ran_once("detached", "detached")

    def test_words_and_exit_codes(self):
        w = self.workspace
        plan = w.cli(*self.words("uptime", "--dry-run")).json
        self.assertEqual([one["call"] for one in plan["actions"][:3]], ["uptime"] * 3)
        first = self.servers[0]
        words = self.words("if [ \"$(hostname)\" ]; then echo said; fi; [ -e ~/odd ] && exit 3; true")
        self.on(first, "touch ~/odd")
        failed = w.cli(*words, check=1).json
        self.assertEqual({one["server"]: one["exit"] for one in failed["servers"]}[first], 3)
        self.assertEqual(sorted(len(one["servers"]) for one in failed["groups"]), [1, 2])
        self.assertEqual(failed["schema"], "analemma.fleet.1")
        self.on(first, "rm ~/odd")
        again = w.cli("fleet", "again", failed["operation"], "--yes", "--json").json
        self.assertEqual([one["server"] for one in again["servers"]], [first])
        self.assertIn("2 servers", w.cli("fleet", "show", failed["operation"]).out)
        w.cli("fleet", "run", "--on", "env=production", "--", "true", check=12)  # nobody was asked
        w.cli("fleet", "run", "--on", "env=nowhere", "--yes", "--", "true", check=5)
        w.cli("fleet", "run", "--yes", "--", "true", check=2)
        w.cli("fleet", "run", "--on", "env=production", "--yes", check=2)
        late = w.cli(*self.words("sleep 60", "--step-timeout", "1s"), check=1).json
        self.assertEqual({one["state"] for one in late["servers"]}, {"timed out"})

    def test_runbooks(self):
        w = self.workspace
        w.cli("runbook", "save", "greet", "--", "echo '{{name}}'", check=2)
        w.cli("runbook", "save", "greet", "--on", "env=production", "--inputs", "name,times=2", "--",
              "seq {{times}}; echo {{name}}")
        self.assertEqual([one["name"] for one in w.cli("runbook", "list", "--json").json["runbooks"]], ["greet"])
        ran = w.cli("runbook", "run", "greet", "name=$(reboot) it's", "--yes", "--json").json
        self.assertEqual([one["output"] for one in ran["groups"]], ["1\n2\n$(reboot) it's\n"])
        self.assertEqual(ran["runbook"], "greet")
        w.cli("runbook", "run", "greet", "--yes", check=2)
        path = os.path.join(self.home.tmp, "runbooks.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(w.cli("runbook", "list", "--json").out)
        w.cli("runbook", "delete", "greet")
        w.cli("runbook", "show", "greet", check=5)
        w.cli("runbook", "save", "--file", path)
        # What came from a file is approved by its hash before it runs.
        w.cli("runbook", "run", "greet", "name=you", "--yes", check=12)
        shown = w.cli("runbook", "show", "greet", "--json").json
        self.assertFalse(shown["approved"])
        w.cli("runbook", "run", "greet", "name=you", "--yes", "--approve", shown["sha256"])
        self.assertIn("{{times}}", w.cli("runbook", "show", "greet").out)
        os.remove(path)


if __name__ == "__main__":
    main()
