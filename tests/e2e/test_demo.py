"""`analemma-cli demo` tells the whole story, and leaves nothing."""

from harness import Case, main


class Demo(Case):
    def test_the_demo_tells_the_whole_story(self):
        told = self.workspace.cli("demo", "--json", where=self.home.tmp, timeout=180).json
        self.assertEqual(told["failed"], 0, told)
        self.assertGreater(told["requests"], 100)
        self.assertGreater(told["rollback_ms"], 0)
        self.assertGreater(len(told["steps"]), 5)
        self.assertEqual(self.home.processes(), {})
        self.assertEqual(self.home.strays(), [])


if __name__ == "__main__":
    main()
