"""Two deploys at once, fifty times: one winner each; the other is told who works there, since when, on what."""

import os
import pwd
import threading

from harness import Case, main, say

RACES = 50
WAITS = 5


class Races(Case):
    @classmethod
    def prepare(cls):
        w = cls.workspace
        cls.versions = [w.release()]
        w.cli("workspace", "advance")
        cls.versions.append(w.release())
        w.commit("fix: a word", {"README.md": lambda text: text + "\nA word.\n"})
        cls.versions.append(w.release())
        for version in cls.versions:  # all images are baked: a race is about deploying
            w.deploy("qa", version)

    def both(self, versions, *more):
        """Two deploys started as one; how they ended."""
        ended = [None, None]
        gate = threading.Barrier(2)

        def run(place):
            gate.wait()
            ended[place] = self.workspace.deploy_words(versions[place], *more)

        threads = [threading.Thread(target=run, args=(place,)) for place in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return ended

    def rivals(self, live):
        """The two versions that are not live."""
        return [version for version in self.versions if version != live]

    def setUp(self):
        w = self.workspace
        w.deploy_words = lambda version, *more: w.cli(
            "deploy", "qa", "--release", version, "--yes", "--json", *more, check=None)

    def test_fifty_races_have_fifty_winners(self):
        winners = [0, 0]
        for race in range(RACES):
            before = self.workspace.show("qa")["active"]
            versions = self.rivals(before["release"])
            ended = self.both(versions)
            codes = sorted(one.code for one in ended)
            self.assertEqual(codes, [0, 6], f"race {race}: {ended[0]}\n{ended[1]}")
            winner = 0 if ended[0].code == 0 else 1
            winners[winner] += 1
            told = ended[1 - winner].err
            self.assertIn(pwd.getpwuid(os.geteuid()).pw_name + "@", told, "who")
            self.assertRegex(told, r"\d{2}:\d{2}|ago|just now", "since when")
            shown = self.workspace.show("qa")
            self.assertEqual(shown["active"]["generation"], before["generation"] + 1, f"race {race}")
            self.assertEqual(shown["active"]["release"], versions[winner])
        say(f"      winners: {winners[0]} the first, {winners[1]} the second")
        self.assertEqual(self.workspace.orphans(), [])

    def test_with_lock_wait_the_other_is_next(self):
        for race in range(WAITS):
            before = self.workspace.show("qa")["active"]
            ended = self.both(self.rivals(before["release"]), "--lock-wait=60s")
            self.assertEqual([one.code for one in ended], [0, 0], f"race {race}: {ended[0]}\n{ended[1]}")
            self.assertEqual(self.workspace.show("qa")["active"]["generation"], before["generation"] + 2)
        self.assertEqual(self.workspace.orphans(), [])


if __name__ == "__main__":
    main()
