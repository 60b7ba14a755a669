"""The closed loop: a release fails its users, an alert names it, it is taken back from the alert."""

import json
import os
import subprocess
import threading
import time

from harness import Case, Onlooker, main, say, small

PERSON = os.environ.get("ANALEMMA_PERSON", "")
RULES = """
alerts:
  balancer-errors: off
  shop-errors:
    when: share
    metric: balancer.errors
    of: balancer.requests
    over: 10
    window: 15s
    for: 2s
    least: 5
    on: production
    labels: "-"
    severity: critical
"""


class Notices:
    """What `monitor alert watch` tells of one rule, while it runs."""

    def __init__(self, workspace, rule):
        self.words = ("monitor", "alert", "watch", "--json", "--seconds", "170")
        self.began = time.monotonic()
        self.workspace = workspace
        self.process = workspace.start(*self.words)
        self.rule = rule
        self.told = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                notice = json.loads(line)
                if notice.get("rule") == self.rule:
                    self.told.append(notice)

    def kinds(self):
        return [notice["kind"] for notice in self.told]

    def end(self):
        self.process.terminate()
        self._thread.join(20)
        self.process.stdout = None
        return self.workspace.end(self.process, self.words, self.began, timeout=30, check=None)


class Loop(Case):
    @staticmethod
    def edit(text):
        return small(text) + RULES

    def until(self, what, seconds, text):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if what():
                return
            time.sleep(0.2)
        self.fail(text)

    @classmethod
    def prepare(cls):
        if PERSON and not os.access(PERSON, os.X_OK):
            raise AssertionError(f"ANALEMMA_PERSON names no program: {PERSON!r}")

    def at_the_window(self, *words):
        """What a person at the window read (window_person.cpp)."""
        began = time.monotonic()
        words = (PERSON, self.workspace.folder, *words)
        process = subprocess.Popen(words, cwd=self.home.tmp, env=self.home.environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return self.workspace.end(process, words, began, timeout=170).json

    def test_an_alert_takes_a_release_back(self):
        w = self.workspace
        began = time.monotonic()

        def told(text):
            say(f"      {time.monotonic() - began:6.1f} s  {text}")

        first = w.release()
        w.deploy("production", first)
        told(f"production {first}")
        # Every second answer fails, once it is live; its tests do not see it.
        w.commit("feat: a version that fails", {
            "shop/app.py": lambda text: text.replace(
                "            return self._version\n",
                "            self.asked = getattr(self, \"asked\", 0) + 1\n"
                "            if self.asked % 2 == 0 and os.environ.get(\"SHOP_FAILS\"):\n"
                "                return Response(500, \"broken\\n\", TEXT)\n"
                "            return self._version\n"),
            "deploy/start.sh": lambda text: text.replace("exec ", "export SHOP_FAILS=1\nexec ")})
        second = w.release()
        w.deploy("production", second)
        told(f"production {second}, which fails")
        url = w.show()["balancer"]["url"]
        notices = Notices(w, "shop-errors")
        try:
            with Onlooker(url, pause=0.05) as onlooker:
                self.until(lambda: "fired" in notices.kinds(), 60,
                           f"no alert: {len(onlooker.failures)} of "
                           f"{len(onlooker.failures) + len(onlooker.answers)} failed")
                told("the alert fires")
                self.assertGreater(len(onlooker.failures), 5)
                alert = notices.told[0]["alerts"][0]
                self.assertEqual(alert["subject"], "production")
                self.assertIn(second, alert["change"]["what"])
                number = str(alert["id"])
                log = w.folder + "/answers.log"
                with open(log, "w", encoding="utf-8") as file:
                    file.writelines(f"{what}\n" for _, what in list(onlooker.failures)[-20:])
                taken = w.cli("monitor", "alert", "take", number, "--attach", log, "--json").json
                if PERSON:
                    read = self.at_the_window("rollback", number)
                    told(f"taken back at the window: {read}")
                    self.assertEqual(read["button"], f"Roll back to {first}")
                    self.assertRegex(read["predicted"], r"^warm, about \d.* m?s$")
                    self.assertRegex(read["confirmed"], f"^production serves {first} again, in ")
                    self.assertEqual(read["way-back"], "Undo")
                    self.assertFalse(read["again"], "it was offered twice")
                else:  # a build without the window
                    w.cli("monitor", "alert", "rollback", number, "--yes")
                back = w.show()["active"]
                self.assertEqual((back["release"], back["generation"]), (first, 1))
                bad = len(onlooker.failures)
                time.sleep(0.5)
                self.until(lambda: "resolved" in notices.kinds(), 60, "the alert does not end")
                told("the alert ends")
                self.assertEqual(len(onlooker.failures), bad, "requests are good again")
                self.assertEqual(onlooker.versions()[-1], first)
        finally:
            notices.end()
        self.assertEqual(notices.kinds(), ["fired", "resolved"])
        self.production_serves(first, 1)
        if PERSON:  # the commit that was taken back is what main has and production has not
            read = self.at_the_window("compare", "production")
            told(f"read at the window: {read}")
            self.assertEqual(read["pipeline"], "passed")
            self.assertEqual(read["deployed"], f"production {first}")
            self.assertEqual(read["from"], f"production (runs {first})")
            self.assertEqual(read["figures"], "1 commit more, 0 fewer")
            self.assertEqual(sorted(read["files"]), ["deploy/start.sh", "shop/app.py"])
        # The same alert takes nothing back twice.
        w.cli("monitor", "alert", "rollback", number, "--yes", check=(6, 7, 8, 9, 10, 11, 12))
        self.production_serves(first, 1)

        kept = w.cli("incident", "show", taken["incident"], "--json").json
        self.assertTrue(kept["charts"], kept)
        self.assertIn(second, kept["change"]["what"])
        self.assertIn("HTTP 500", json.dumps(kept["logs"]))
        self.assertIn(f"serves {first} again" if PERSON else first, json.dumps(kept["timeline"]))

        figures = w.cli("figures", "show", "--json").json
        self.assertEqual(len(figures["failed"]), 1, figures)
        self.assertGreater(figures["restore_time_ms"], 0)
        self.assertLess(figures["restore_time_ms"], 120_000)
        report = w.folder + "/informe.html"
        w.cli("figures", "report", "--language", "es", "--output", report)
        with open(report, encoding="utf-8") as file:
            html = file.read()
        self.assertIn('<html lang="es">', html)
        self.assertIn("Informe de entrega: shop", html)
        w.cli("figures", "report", "--language", "xx", check=2)
        w.cli("down", "--yes", timeout=60)
        self.assertEqual(w.orphans(), [])


if __name__ == "__main__":
    main()
