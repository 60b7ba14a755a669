"""Bad input and bad machines: each gives a clear sentence and its exit code, and production stays as it was."""

import os
import socket
import subprocess
import time

from harness import CLI, Case, Onlooker, Workspace, ask, main, small


def broken_yaml(text):
    return text.replace("    servers: 1\n", "    servers: 1\n  image: web\n :\n", 1)


class BadFiles(Case):
    """The workspace file and the pipeline file."""

    def with_file(self, change, *words, check=3):
        """The outcome of a command on a workspace file that was changed, in a folder of its own."""
        folder = os.path.join(self.home.path, "bad")
        os.makedirs(folder, exist_ok=True)
        with open(self.workspace.file, encoding="utf-8") as file:
            text = file.read()
        changed = change(text)
        self.assertNotEqual(text, changed)
        with open(os.path.join(folder, "analemma.yaml"), "w", encoding="utf-8") as file:
            file.write(changed)
        return self.workspace.cli(*words, where=folder, check=check)

    def test_broken_yaml_names_line_and_column(self):
        for words in (("workspace", "check"), ("environment", "list"), ("deploy", "qa", "--release", "1.0.0", "--yes")):
            ended = self.with_file(broken_yaml, *words)
            self.assertRegex(ended.err, r"analemma\.yaml:\d+:\d+")

    def test_an_unknown_key_names_the_nearest_known_one(self):
        ended = self.with_file(lambda text: text.replace("strategy:", "strategie:"), "workspace", "check")
        self.assertRegex(ended.err, r"analemma\.yaml:\d+:\d+")
        self.assertIn("strategie", ended.err)
        self.assertIn("strategy", ended.err)

    def test_a_wrong_value_says_what_was_expected(self):
        ended = self.with_file(lambda text: text.replace("servers: 1", 'servers: "three"', 1), "workspace", "check")
        self.assertRegex(ended.err, r"analemma\.yaml:\d+:\d+")
        self.assertIn("servers", ended.err)
        self.assertIn("three", ended.err)

    def test_a_missing_image_recipe_is_found(self):
        self.with_file(lambda text: text.replace("image: web", "image: wab", 1), "workspace", "check")

    def test_no_workspace_is_not_found(self):
        ended = self.workspace.cli("environment", "list", where=self.home.tmp, check=5)
        self.assertIn("analemma.yaml", ended.err)
        self.workspace.cli("environment", "list", "--workspace", self.home.tmp, check=5)

    def test_words_that_are_not_known(self):
        ended = self.workspace.cli("enviroment", "list", check=2)
        self.assertIn("environment", ended.err)
        self.workspace.cli("deploy", check=2)
        self.workspace.cli("pipeline", "list", "--limit", "many", check=2)

    def test_a_broken_pipeline_names_line_and_column(self):
        w = self.workspace
        path = os.path.join(".circleci", "config.yml")
        w.commit("chore: break it", {path: lambda text: text.replace("  test:\n", "  test:\n   - what: [\n", 1)})
        self.addCleanup(lambda: w.git("reset", "-q", "--hard", "HEAD~1"))
        ended = w.cli("pipeline", "run", "shop", check=3)
        self.assertRegex(ended.err, r"config\.yml:\d+:\d+")


class BadChanges(Case):
    """Commits that must not reach production, or not stay there."""

    @staticmethod
    def edit(text):
        return small(text, servers=1, watch="3s", within="3s")

    @classmethod
    def prepare(cls):
        cls.good = cls.workspace.release()
        cls.workspace.deploy("production", cls.good)

    def setUp(self):
        self.was = self.workspace.show()
        self.head = self.workspace.git("rev-parse", "HEAD")

    def tearDown(self):
        self.workspace.git("reset", "-q", "--hard", self.head)

    def as_it_was(self):
        shown = self.production_serves(self.good)
        self.assertEqual(shown["active"]["generation"], self.was["active"]["generation"])
        self.assertEqual(sorted(m["server"]
                                for m in shown["members"] if m["generation"] == shown["active"]["generation"]),
                         sorted(m["server"]
                                for m in self.was["members"]
                                if m["generation"] == self.was["active"]["generation"]))
        self.assertEqual(self.workspace.orphans(), [])

    def test_a_failing_test_gives_no_release(self):
        w = self.workspace
        w.commit("fix: break the tax", {"shop/prices.py": lambda text: text.replace("+ 5000", "+ 6000")})
        ended = w.cli("pipeline", "run", "shop", check=1)
        self.assertIn("failed", ended.err + ended.out)
        run = w.cli("pipeline", "show", "--json").json
        jobs = {job["name"]: job for job in run["jobs"]}
        self.assertEqual(jobs["build"]["state"], "passed")
        self.assertEqual(jobs["test"]["state"], "failed")
        self.assertNotIn(jobs["package"]["state"], ("passed", "running"))
        log = w.cli("pipeline", "log", "--job", "test").out
        self.assertIn("test_tax_is_rounded_half_up", log)
        refused = w.cli("release", "create", "shop", "--commit", "HEAD", check=12)
        self.assertIn("pass", refused.err)
        self.as_it_was()

    def test_a_failing_provision_script_bakes_nothing(self):
        w = self.workspace
        w.commit("fix: provision", {"deploy/provision.sh":
                                    lambda text: text.replace("set -eu\n", "set -eu\necho no room >&2\nexit 3\n", 1)})
        version = w.release()
        images = w.cli("image", "list", "--json").json["images"]
        ended = w.deploy("production", version, check=1)
        self.assertIn("provision.sh", ended.err)
        self.assertIn("3", ended.err)
        self.assertEqual(w.cli("image", "list", "--json").json["images"], images)
        self.assertTrue(all(one["environment"] for one in w.servers()), "the builder is gone")
        self.as_it_was()

    def test_an_app_that_never_becomes_healthy_is_not_let_in(self):
        w = self.workspace
        w.commit("fix: start in maintenance", {"deploy/provision.sh":
                                               lambda text: text + 'touch "$app/maintenance"\n'})
        version = w.release()
        with Onlooker(self.was["balancer"]["url"]) as onlooker:
            ended = w.deploy("production", version, check=8)
        self.assertIn("health", ended.err)
        self.assertEqual(onlooker.failures, [])
        self.assertEqual(onlooker.versions(), [self.good])
        self.as_it_was()

    def test_an_app_that_dies_in_the_watch_time_is_rolled_back(self):
        w = self.workspace
        w.commit("fix: die after the first visit", {"shop/app.py": lambda text: text.replace(
            '        if path == "/":\n',
            '        if path == "/":\n            if "SERVER_NAME" in os.environ:\n                os._exit(1)\n', 1)})
        version = w.release()
        process = w.start("deploy", "production", "--release", version, "--yes", "--json")
        began = time.monotonic()
        with Onlooker(self.was["balancer"]["url"], path="/", pause=0.05) as onlooker:
            ended = w.end(process, ["deploy"], began, check=8)
        self.assertTrue(ended.json["rolledBack"])
        self.assertIn("roll", ended.err)
        # Its death cost some answers; from the roll back on there are none missing.
        last = onlooker.failures[-1][0] if onlooker.failures else 0
        self.assertTrue([at for at, _, _ in onlooker.answers if at > last])
        self.as_it_was()

    def test_an_expected_state_that_has_moved_is_refused(self):
        w = self.workspace
        w.commit("fix: a word", {"README.md": lambda text: text + "\nA word.\n"})
        version = w.release()
        ended = w.cli("deploy", "production", "--release", version, "--expected", "production@999", "--yes", check=12)
        self.assertIn("production@999", ended.err)
        self.assertIn(f"generation {self.was['active']['generation']}", ended.err)
        self.as_it_was()


class BadMachines(Case):
    """Programs that are missing, a port that is taken, a disk that is full."""

    @classmethod
    def prepare(cls):
        cls.version = cls.workspace.release()

    def hidden(self, program, *words, check):
        """A command line in a view of the machine where `program` cannot be run."""
        view = ["bwrap", "--dev-bind", "/", "/"]
        for path in (f"/usr/bin/{program}", f"/usr/sbin/{program}"):
            if os.path.exists(path):
                view += ["--ro-bind", "/dev/null", path]
        began = time.monotonic()
        process = subprocess.Popen([*view, "--", CLI, *words], cwd=self.workspace.folder, text=True,
                                   env=self.home.environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self.workspace.end(process, words, began, check=check)

    def nothing_runs(self):
        self.assertEqual(self.workspace.orphans(), [])
        self.assertEqual([one for one in self.workspace.servers() if one["state"] == "running"], [])

    def test_without_haproxy(self):
        ended = self.hidden("haproxy", "deploy", "production", "--release", self.version, "--yes", check=1)
        self.assertIn("haproxy", ended.err.lower())
        self.nothing_runs()

    def test_without_bubblewrap_servers_share_the_view(self):
        """It goes on with a plain sshd for each server, and says so."""
        told = self.hidden("bwrap", "workspace", "check", check=None)
        self.assertIn("bubblewrap", told.out + told.err)
        self.hidden("bwrap", "deploy", "qa", "--release", self.version, "--yes", check=0)
        self.assertEqual([one["mode"] for one in self.workspace.servers()], ["shared view"])
        self.assertEqual(self.workspace.show("qa")["active"]["release"], self.version)
        self.workspace.cli("down", "--yes")
        self.nothing_runs()

    def test_without_sshd(self):
        ended = self.hidden("sshd", "deploy", "qa", "--release", self.version, "--yes", check=1)
        self.assertIn("openssh", ended.err.lower())
        self.nothing_runs()

    def test_a_taken_port(self):
        plain = small
        address = f"127.{100 + os.getpid() % 100}.{1 + os.getpid() // 100 % 250}.77"
        other = Workspace(self.home, "taken", edit=lambda text: plain(text).replace(
            "balancer: { port: 8000 }", f"balancer: {{ address: {address}, port: 8000 }}"))
        version = other.release()
        with socket.create_server((address, 8000)):
            ended = other.deploy("production", version, check=(1, 12))
            self.assertIn(f"{address}:8000", ended.err)
        self.assertEqual(other.orphans(), [])
        other.deploy("production", version)  # the port is free again: the same command goes through
        self.assertEqual(ask(other.show()["balancer"]["url"])["version"], version)
        other.cli("down", "--yes")

    def test_a_full_disk(self):
        """All state on a disk with so much left: the deploy fails with a sentence, nothing half-made stays.

        With 64 KiB not even the journal has room, so that it has to fail. With more it may fit, since the sample
        is small; then it has to be whole.
        """
        for left in (64, 400, 1500):
            with self.subTest(kib=left):
                ended = self.on_a_disk_with(left)
                if ended.code != 0 or left == 64:
                    self.assertEqual(ended.code, 1, ended)
                    self.assertRegex(ended.err.lower(), r"no space|disk is full", ended)

    def on_a_disk_with(self, left):
        """A deploy with `left` KiB free, then once more with all of the disk; exit code 1 is the first one's."""
        script = f"""
set -u
cd "{self.home.tmp}/full"
{CLI} workspace init w --sample shop >/dev/null || exit 50
cd w
{CLI} pipeline run shop >/dev/null || exit 51
version=$({CLI} release create shop --json | sed 's/.*"version":"\\([^"]*\\)".*/\\1/')
{CLI} release approve "$version" --yes >/dev/null || exit 52
free=$(df --output=avail -k . | tail -1)
dd if=/dev/zero of=../full bs=1k count=$((free - {left})) 2>/dev/null
{CLI} deploy qa --release "$version" --yes
code=$?
rm ../full
{CLI} census --json | grep -q '"orphans":\\[\\]' || exit 53
{CLI} deploy qa --release "$version" --yes || exit 54
{CLI} down --yes || exit 55
exit $code
"""
        os.makedirs(f"{self.home.tmp}/full", exist_ok=True)
        began = time.monotonic()
        environment = self.home.environment(ANALEMMA_HOME=f"{self.home.tmp}/full/s")
        process = subprocess.Popen(
            ["bwrap", "--dev-bind", "/", "/", "--proc", "/proc", "--unshare-pid", "--die-with-parent",
             "--size", str(96 << 20), "--tmpfs", f"{self.home.tmp}/full", "--", "sh", "-c", script],
            text=True, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        ended = self.workspace.end(process, ["full disk"], began, check=(0, 1))
        os.rmdir(f"{self.home.tmp}/full")
        return ended


if __name__ == "__main__":
    main()
