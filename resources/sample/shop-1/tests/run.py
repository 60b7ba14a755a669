"""Runs the tests and, when asked, writes a report that every CI service reads (JUnit XML).

    run.py [--junit FILE]
"""

import os
import sys
import time
import unittest
from xml.sax.saxutils import escape, quoteattr

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def plain(text):
    """Text without the characters that XML 1.0 cannot hold."""
    return "".join(mark if mark in "\t\n" or mark >= " " else "?" for mark in text)


class Recorder(unittest.TextTestResult):
    """Keeps for each test how it ended and how long it took."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.cases = []
        self._begun = 0.0

    def startTest(self, test):
        super().startTest(test)
        self._begun = time.monotonic()

    def _keep(self, test, end, text=""):
        module, _, rest = test.id().partition(".")
        suite, _, name = rest.rpartition(".")
        self.cases.append((f"{module}.{suite}" if suite else module, name or test.id(), end, text,
                           time.monotonic() - self._begun))

    def addSuccess(self, test):
        super().addSuccess(test)
        self._keep(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._keep(test, "failure", self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._keep(test, "error", self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._keep(test, "skipped", reason)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            kind = "failure" if issubclass(err[0], test.failureException) else "error"
            kept = self.failures if kind == "failure" else self.errors
            self._keep(subtest, kind, kept[-1][1])


def junit(cases, seconds):
    """The report as text."""
    def count(end):
        return sum(1 for case in cases if case[2] == end)

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>",
             f'<testsuite name="shop" tests="{len(cases)}" failures="{count("failure")}" '
             f'errors="{count("error")}" skipped="{count("skipped")}" time="{seconds:.3f}">']
    for suite, name, end, text, took in cases:
        head = f"<testcase classname={quoteattr(suite)} name={quoteattr(plain(name))} time=\"{took:.3f}\""
        if end == "passed":
            lines.append(head + "/>")
            continue
        lines.append(head + ">")
        last = plain(text).strip().rpartition("\n")[2]
        if end == "skipped":
            lines.append(f"<skipped message={quoteattr(last)}/>")
        else:
            lines.append(f"<{end} message={quoteattr(last)}>{escape(plain(text))}</{end}>")
        lines.append("</testcase>")
    lines.extend(["</testsuite>", "</testsuites>", ""])
    return "\n".join(lines)


def main(arguments):
    report = None
    if arguments[:1] == ["--junit"] and len(arguments) == 2:
        report = arguments[1]
    elif arguments:
        print(__doc__, file=sys.stderr)
        return 2
    os.chdir(ROOT)
    sys.path.insert(0, ROOT)
    suite = unittest.defaultTestLoader.discover("tests", top_level_dir=ROOT)
    begun = time.monotonic()
    result = unittest.TextTestRunner(resultclass=Recorder, verbosity=2).run(suite)
    if report:
        os.makedirs(os.path.dirname(report) or ".", exist_ok=True)
        with open(report, "w", encoding="utf-8") as file:
            file.write(junit(result.cases, time.monotonic() - begun))
        print(f"{report}: {len(result.cases)} tests")
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
