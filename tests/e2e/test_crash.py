"""kill -9 of the driving process after every journal record of bake, deploy and roll back.

ANALEMMA_CRASH_AT=n makes the program kill itself right after its n-th record is on disk. Each point is a process of
its own; another one goes on. A point that does not fire ends its series, and a series that is shorter
than the journal of an unharmed run fails. ANALEMMA_SERIES chooses the series: bake, deploy, rollback.
"""

import os
import signal
import time

from harness import Case, Onlooker, ask, main, say, small

SERIES = os.environ.get("ANALEMMA_SERIES", "bake,deploy,rollback").split(",")
LEAST = {"bake": 14, "deploy": 40, "rollback": 6}
MOST = 200


class Crash(Case):
    @staticmethod
    def edit(text):
        return small(text, servers=3, watch="300ms")

    @classmethod
    def prepare(cls):
        w = cls.workspace
        cls.first = w.release()
        w.deploy("production", cls.first)
        w.cli("workspace", "advance")
        cls.second = w.release()
        w.deploy("production", cls.second)

    def unfinished(self):
        return self.workspace.cli("operation", "list", "--unfinished", "--json").json["operations"]

    def strike(self, n, *words):
        """Runs a command that kills itself after its n-th record: True when it did."""
        began = time.monotonic()
        process = self.workspace.start(*words, environment={"ANALEMMA_CRASH_AT": str(n)})
        ended = self.workspace.end(process, words, began, check=(0, -signal.SIGKILL))
        return ended.code != 0

    def go_on(self, n, *again):
        """Another process finishes what was left: all there is, or by its id, or as the same command again."""
        left = self.unfinished()
        self.assertLessEqual(len(left), 1, left)
        if again and n % 3 == 2:
            self.workspace.cli(*again)
        elif left:
            self.workspace.cli("operation", "resume", *([left[0]["id"]] if n % 3 else []))
        self.assertEqual(self.unfinished(), [], f"point {n}")

    def told_is_true(self, n):
        """Within ten seconds of the kill the state told is the state that users meet."""
        began = time.monotonic()
        shown = self.workspace.show()
        self.assertLess(time.monotonic() - began, 10, f"point {n}")
        if shown["active"]["release"] == ask(shown["balancer"]["url"])["version"]:
            return shown
        self.fail(f"point {n}: told {shown['active']}, served {ask(shown['balancer']['url'])}")

    def series(self, name, point):
        """Calls point(1), point(2), … until one does not fire; checks that none was left out."""
        began = time.monotonic()
        url = self.workspace.show()["balancer"]["url"]
        fired = 0
        with Onlooker(url) as onlooker:
            while self.told(name, fired + 1, point):
                fired += 1
                self.assertEqual(onlooker.failures, [], f"{name}, point {fired}")
                self.assertLess(fired, MOST)
        self.assertEqual(onlooker.failures, [])
        done = self.workspace.cli("operation", "list", "--limit", "8", "--json").json["operations"]
        actions = max(len(one["actions"]) for one in done if one["kind"] == name)
        seconds = time.monotonic() - began
        say(f"      {name}: {fired} points in {seconds:.0f} s, {actions} actions, {len(onlooker.answers)} answers")
        self.assertGreaterEqual(fired, 2 * actions, "each action has an intent and an outcome")
        self.assertGreaterEqual(fired, LEAST[name])
        self.assertEqual(self.workspace.orphans(), [])

    def told(self, name, n, point):
        """point(n); what it misses is told with the number of the point and what the journal says."""
        try:
            return point(n)
        except AssertionError as error:
            words = (("operation", "show", "latest"), ("environment", "show", "production"), ("server", "list"))
            shown = "\n".join(self.workspace.cli(*one, check=None).out for one in words)
            raise AssertionError(f"{name}, point {n}: {error}\n{shown}") from error

    def generations_are(self, count, shown):
        """Exactly the servers of the active and the warm generation are there."""
        wanted = {shown["active"]["generation"], *(one["generation"] for one in shown["warm"])}
        self.assertEqual(len(shown["warm"]), 1)
        servers = [one for one in self.workspace.servers() if one["environment"] == "production"]
        self.assertEqual(sorted(one["generation"] for one in servers), sorted(3 * list(wanted)))
        self.assertEqual(shown["active"]["generation"], count)

    def test_bake(self):
        if "bake" not in SERIES:
            return
        w = self.workspace
        w.commit("fix: note", {"README.md": lambda text: text + "\nNoted.\n"})
        version = w.release()
        before = {one["id"] for one in w.cli("image", "list", "--json").json["images"]}

        def point(n):
            words = ("image", "bake", "web", "--release", version, "--json")
            fired = self.strike(n, *words)
            self.told_is_true(n)
            self.go_on(n, *words)
            images = w.cli("image", "list", "--json").json["images"]
            made = [one for one in images if one["id"] not in before]
            self.assertEqual([one["provenance"]["release"] for one in made], [version], f"point {n}")
            self.assertTrue(all(one["environment"] for one in w.servers()), f"point {n}: the builder is gone")
            self.assertEqual(w.orphans(), [], f"point {n}")
            w.cli("image", "delete", made[0]["id"], "--yes")
            return fired

        self.series("bake", point)

    def test_deploy(self):
        if "deploy" not in SERIES:
            return

        def point(n):
            was = self.workspace.show()["active"]
            version = self.first if was["release"] == self.second else self.second
            words = ("deploy", "production", "--release", version, "--yes", "--json")
            fired = self.strike(n, *words)
            shown = self.told_is_true(n)
            self.assertIn(shown["active"]["generation"], (was["generation"], was["generation"] + 1))
            self.go_on(n, *words)
            self.assertEqual(self.workspace.orphans(), [], f"point {n}")
            shown = self.production_serves(version, was["generation"] + 1)
            self.generations_are(was["generation"] + 1, shown)
            return fired

        self.series("deploy", point)

    def test_rollback(self):
        if "rollback" not in SERIES:
            return

        def point(n):
            was = self.workspace.show()
            fired = self.strike(n, "rollback", "production", "--yes", "--json")
            self.told_is_true(n)
            self.go_on(n)
            shown = self.production_serves(was["warm"][0]["release"], was["warm"][0]["generation"])
            self.generations_are(was["warm"][0]["generation"], shown)
            self.assertEqual(shown["warm"][0]["generation"], was["active"]["generation"], f"point {n}")
            self.assertEqual(self.workspace.orphans(), [], f"point {n}")
            return fired

        self.series("rollback", point)


if __name__ == "__main__":
    main()
