"""The main job as an ordinary user, one without an account even: no root is needed anywhere."""

import os

from harness import Case, Home, Workspace, ask, main, small

UID = 64100


class OrdinaryUser(Case):
    @classmethod
    def setUpClass(cls):
        cls.home = Home(UID if os.geteuid() == 0 else None)
        cls.addClassCleanup(cls.home.remove)
        cls.workspace = Workspace(cls.home, edit=small)

    def test_a_commit_goes_live_and_is_taken_back(self):
        w = self.workspace
        first = w.release()
        w.deploy("production", first)
        w.cli("workspace", "advance")
        second = w.release()
        w.deploy("production", second)
        shown = self.production_serves(second, 2)
        self.assertEqual(ask(shown["balancer"]["url"])["version"], second)
        for pid in self.home.processes():
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            self.assertNotIn("0", status["Uid"].split(), "nothing runs as root")
            self.assertEqual(int(status["CapEff"], 16), 0, "nothing has a capability")
        w.cli("rollback", "production", "--yes")
        self.production_serves(first, 1)
        self.assertEqual(w.orphans(), [])
        w.cli("down", "--yes")
        self.assertEqual(self.home.processes(), {})
        self.assertEqual(self.home.strays(), [])


if __name__ == "__main__":
    main()
