# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test cases in meson's testlog.json files and prints "N passed, N failed" as the last line.

A program that speaks TAP or is a Python unittest counts as many cases as it reports, any other one case. A program
that ends badly without naming a failed case counts one failed case more. Exit status 1 when a case failed or none
was run.
"""

import json
import re
import sys

POINT = re.compile(r'(not )?ok\b[^#]*(?:#\s*(skip))?', re.IGNORECASE)
PLAN = re.compile(r'^1\.\.\d', re.MULTILINE)
UNITTEST = re.compile(r'^Ran (\d+) tests? in .*\n\n(?:OK|FAILED)(.*)$', re.MULTILINE)


def count_points(output):
    """(passed, failed, skipped) by the TAP lines of a program's output."""
    passed = failed = skipped = 0
    for point in filter(None, map(POINT.match, output.splitlines())):
        if point[2]:
            skipped += 1
        elif point[1]:
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


def count_unittest(summary):
    """The same by the last lines of a unittest; a case with several failed subtests counts them all."""
    count = dict(re.findall(r'(\w+)=(\d+)', summary[2]))
    failed = int(count.get('failures', 0)) + int(count.get('errors', 0))
    skipped = int(count.get('skipped', 0))
    return max(int(summary[1]) - failed - skipped, 0), failed, skipped


def count_test(test):
    output = test.get('stdout') or ''
    summary = UNITTEST.search(test.get('stderr') or '')
    passed = failed = skipped = 0
    if PLAN.search(output):
        passed, failed, skipped = count_points(output)
    elif summary:
        passed, failed, skipped = count_unittest(summary)
    if test['result'] in ('FAIL', 'ERROR', 'TIMEOUT', 'INTERRUPT', 'UNEXPECTEDPASS'):
        failed = failed or 1
    elif passed + failed + skipped == 0:
        if test['result'] == 'SKIP':
            skipped = 1
        else:
            passed = 1
    return passed, failed, skipped


def read_log(path):
    try:
        with open(path, encoding='utf-8') as log:
            return [json.loads(line) for line in log]
    except OSError as error:
        return [{'name': str(error), 'result': 'ERROR'}]


total = [0, 0, 0]
for test in [test for path in sys.argv[1:] for test in read_log(path)]:
    counts = count_test(test)
    total = [a + b for a, b in zip(total, counts)]
    if counts[1]:
        print(f'Failed: {test["name"]}')
    elif counts[2]:
        print(f'Skipped in part or whole: {test["name"]}')

passed, failed, skipped = total
print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
sys.exit(1 if failed or not passed else 0)
