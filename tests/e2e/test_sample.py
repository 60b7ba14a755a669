"""The sample by itself: its own tests pass after each commit, and all of it is in the program."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "resources", "sample")


class Sample(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        with open(os.path.join(SAMPLE, "commits.json"), encoding="utf-8") as file:
            self.commits = json.load(file)

    def test_the_tests_pass_after_each_commit(self):
        passed = 0
        for number, commit in enumerate(self.commits, 1):
            shutil.copytree(os.path.join(SAMPLE, commit["folder"]), self.folder, dirs_exist_ok=True)
            report = os.path.join(self.folder, "results.xml")
            ran = subprocess.run([sys.executable, "-B", "tests/run.py", "--junit", report], cwd=self.folder,
                                 capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, 0, f"commit {number}: {ran.stdout}{ran.stderr}")
            with open(report, encoding="utf-8") as file:
                found = re.search(r'tests="(\d+)" failures="0" errors="0" skipped="0"', file.read())
            self.assertGreater(int(found.group(1)), passed, "each commit brings tests of its own")
            passed = int(found.group(1))

    def test_messages_follow_the_convention(self):
        for commit in self.commits:
            self.assertRegex(commit["message"].split("\n")[0], r"^(feat|fix)(\(\w+\))?!?: .{3,60}$")

    def test_the_resource_lists_every_file(self):
        with open(os.path.join(SAMPLE, "sample.qrc"), encoding="utf-8") as file:
            listed = sorted(re.findall(r"<file>([^<]+)</file>", file.read()))
        there = sorted(os.path.relpath(os.path.join(folder, name), SAMPLE)
                       for folder, _, names in os.walk(SAMPLE) if "__pycache__" not in folder
                       for name in names if name != "sample.qrc")
        self.assertEqual(listed, there)

    def test_a_second_commit_changes_only_what_it_changes(self):
        first, second = (os.path.join(SAMPLE, commit["folder"]) for commit in self.commits[:2])
        for folder, _, names in os.walk(second):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), second)
                old = os.path.join(first, path)
                if os.path.exists(old):
                    with open(old, "rb") as a, open(os.path.join(second, path), "rb") as b:
                        self.assertNotEqual(a.read(), b.read(), f"{path} is the same in both")

    def test_the_site_packs_to_the_same_bytes(self):
        shutil.copytree(os.path.join(SAMPLE, "shop-1"), self.folder, dirs_exist_ok=True)
        sums = []
        for name in ("one.tar.gz", "two.tar.gz"):
            subprocess.run(["sh", "tools/build.sh", "site"], cwd=self.folder, check=True, capture_output=True)
            subprocess.run(["sh", "tools/package.sh", "site", name], cwd=self.folder, check=True, capture_output=True)
            with open(os.path.join(self.folder, name), "rb") as file:
                sums.append(file.read())
        self.assertEqual(*sums)


if __name__ == "__main__":
    unittest.main(verbosity=2)
