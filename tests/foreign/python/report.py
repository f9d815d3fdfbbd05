# SPDX-License-Identifier: Apache-2.0
"""Runs one file of unittest and prints a line of JSON for each test, for a reader that is not Python."""

import importlib
import json
import sys
import unittest


def say(name, failure=None):
    print(json.dumps({"name": name, "failure": failure}), flush=True)


class Report(unittest.TestResult):
    """A skipped or an unexpectedly passing test counts as failed: none is meant to be."""

    def name(self, test):
        return test.shortDescription() or str(test)

    def addSuccess(self, test):
        say(self.name(test))

    def addFailure(self, test, err):
        say(self.name(test), self._exc_info_to_string(err, test))

    addError = addFailure

    def addSkip(self, test, reason):
        say(self.name(test), f"skipped: {reason}")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            say(f"{self.name(test)} {subtest.params}", self._exc_info_to_string(err, test))


def main(file):
    module = importlib.import_module(file.removesuffix(".py"))
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    ran = suite.countTestCases()
    suite.run(Report())
    say(f"{file}: all ran", None if ran else "no test was found")


if __name__ == "__main__":
    main(sys.argv[1])
