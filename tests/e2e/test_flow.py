"""The main job, as a person does it on the command line: two commits to production, one back, under load."""

import os
import re
import signal
import subprocess
import time

from harness import Case, Onlooker, ask, listening, main, say


class Load:
    """wrk and hey on the balancer at once: with and without keep-alive. They end when counted, or after `seconds`."""

    def __init__(self, url, seconds=90):
        self.tools = {
            "wrk": ["wrk", "-t1", "-c8", f"-d{seconds}s", url],
            "hey": ["hey", "-z", f"{seconds}s", "-c", "4", "-q", "100", "-disable-keepalive", url],
        }
        self.running = {}

    def __enter__(self):
        for name, command in self.tools.items():
            self.running[name] = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return self

    def __exit__(self, *_):
        for process in self.running.values():
            if process.poll() is None:
                process.kill()
            process.communicate()

    def counts(self):
        """Asks the tools to end; {tool: (requests, failed)}."""
        counts = {}
        for process in self.running.values():
            process.send_signal(signal.SIGINT)
        for name, process in self.running.items():
            text = process.communicate(timeout=120)[0]
            if process.returncode != 0:
                raise AssertionError(f"{name}: {text}")
            if name == "wrk":
                requests = int(re.search(r"(\d+) requests in", text).group(1))
                failed = sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", text)))
                bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
                failed += int(bad.group(1)) if bad else 0
            else:
                statuses = dict(re.findall(r"\[(\d+)\]\s+(\d+) responses", text))
                requests = sum(map(int, statuses.values()))
                failed = requests - int(statuses.get("200", 0))
                failed += sum(map(int, re.findall(r"^\s+\[(\d+)\]\s+(?!\d+ responses)\S", text, re.MULTILINE)))
            counts[name] = (requests, failed)
        return counts


class Flow(Case):
    @staticmethod
    def edit(text):
        return text  # as people get it: three servers

    def test_a_commit_goes_live_and_is_taken_back(self):
        w = self.workspace
        began = time.monotonic()

        def told(text):
            say(f"      {time.monotonic() - began:6.1f} s  {text}")

        first = w.release(approve=False)
        told(f"release {first}")
        refused = w.deploy("production", first, check=12)
        self.assertIn("approv", refused.err)
        self.assertIsNone(w.show().get("active"))
        w.cli("release", "approve", first, "--yes")
        w.deploy("qa", first)
        told("qa")
        self.assertEqual(w.show("qa")["active"]["release"], first)

        plan = w.cli("deploy", "production", "--release", first, "--dry-run", "--json").json
        self.assertTrue(plan["possible"], plan)
        self.assertGreater(len(plan["actions"]), 4)
        self.assertIsNone(w.show().get("active"), "a plan changes nothing")

        w.deploy("production", first)
        told("production")
        shown = self.production_serves(first, 1)
        self.assertEqual(len([m for m in shown["members"] if m.get("generation", 1) == 1]), 3)
        url = shown["balancer"]["url"]
        page = ask(url, "/")
        self.assertIn(first, page)

        w.cli("workspace", "advance")
        second = w.release()
        told(f"release {second}")
        self.assertNotEqual(first, second)
        with Load(url) as load, Onlooker(url) as onlooker, Onlooker(url, keep_alive=True) as steady:
            w.deploy("production", second, timeout=60)
            told("production, under load")
            self.production_serves(second, 2)
            back = w.cli("rollback", "production", "--yes", "--json").json
            told(f"back, switch {back['switch_ms']} ms")
            self.assertEqual((back["from"], back["to"]), (2, 1))
            self.production_serves(first, 1)
            new = w.cli("release", "show", second, "--json").json["commit"]
            made = {(one["kind"], one["name"]): one["state"]
                    for one in w.cli("repository", "show", "shop", new, "--json").json["places"]}
            self.assertEqual(made.pop(("environment", f"production {second}")), "rolled back", made)
            self.assertEqual(made.pop(("release", second)), "approved", made)
            self.assertEqual(sorted(kind for kind, _ in made), ["image", "run"], made)
            w.cli("rollback", "production", "--to", "2", "--yes", "--json")
            told("forward again")
            self.production_serves(second, 2)
            w.deploy("production", first, timeout=60)  # a third generation: one of the others is reaped
            told("production again, with reaping")
            shown = self.production_serves(first, 3)
            self.assertEqual(len(shown["warm"]), 1, shown["warm"])
            w.deploy("production", second, timeout=60)  # the fourth takes a pool that was used before
            told("and again")
            self.production_serves(second, 4)
            counts = load.counts()
            told(f"load: {counts}")
        for name, (requests, failed) in counts.items():
            self.assertGreater(requests, 500, name)
            self.assertEqual(failed, 0, name)
        for one in (onlooker, steady):
            self.assertEqual(one.failures, [])
            self.assertEqual(one.versions(), [first, second, first, second, first, second])

        # The older commit is in what is active too, and where it was put back from.
        old = w.cli("release", "show", first, "--json").json["commit"]
        held = {commit: [(one["name"], one["state"], one["exact"])
                         for one in w.cli("repository", "where", commit, "--json").json["holders"]
                         if one["kind"] == "environment"] for commit in (old, new)}
        self.assertIn((f"production {second}", "active", False), held[old])
        self.assertIn((f"production {second}", "active", True), held[new])
        self.assertIn((f"qa {first}", "active", True), held[old])
        self.assertNotIn(f"qa {first}", [name for name, _, _ in held[new]])
        told("where")

        self.assertEqual(w.orphans(), [])
        self.guards(second)
        self.nothing_is_left(url)
        told("down")

    def guards(self, second):
        """What is in use cannot be deleted; what is not there is not found."""
        w = self.workspace
        images = w.cli("image", "list", "--json").json["images"]
        used = [image for image in images if image["usedBy"]]
        self.assertTrue(used, images)
        kept = w.cli("image", "delete", used[0]["id"], "--yes", check=12)
        self.assertIn("production", kept.err)
        w.cli("environment", "show", "moon", check=5)
        w.cli("deploy", "production", "--release", "9.9.9", "--yes", check=5)
        w.cli("deploy", "production", "--releases", second, check=2)
        server = [one["name"] for one in w.servers() if one["environment"] == "production"][0]
        seen = w.cli("server", "exec", server, "--", "sh", "-c", "hostname; id -un; ps ax | grep -c sshd; cat /etc/passwd")
        self.assertIn(server, seen.out)
        self.assertNotIn(os.environ.get("USER", "nobody-here") + ":x:0:0:root:/root:/bin/zsh", seen.out)
        failed = w.cli("server", "exec", server, "--", "sh", "-c", "exit 7", check=None)
        self.assertNotEqual(failed.code, 0)

    def nothing_is_left(self, url):
        w = self.workspace
        addresses = [(one["address"], port) for one in w.servers() for port in (2222, 8080)]
        found = re.match(r"http://([^/:]+):(\d+)", url)
        addresses.append((found.group(1), int(found.group(2))))
        self.assertTrue(any(listening(address) for address in addresses))
        w.cli("down", "--yes", timeout=60)
        self.assertEqual([address for address in addresses if listening(address)], [])
        deadline = time.monotonic() + 3
        while self.home.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.home.processes(), {})
        self.assertEqual(self.home.strays(), [])
        self.assertEqual(w.orphans(), [])
        self.assertEqual(w.servers(), [])


if __name__ == "__main__":
    main()
