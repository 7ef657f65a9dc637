/**
 * What jest's reports say, for .ci/run. `failed <report>`: the suites that failed, a line each. `count <report> [<later
 * report>]`: passed, failed, skipped; a suite in the later report counts as it went there, and is named on standard error.
 */
import { existsSync, readFileSync } from 'node:fs';

const [what, ...files] = process.argv.slice(2);
const [first, second] = files.map((file) =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : [],
);
const failed = (suite) => suite.status === 'failed';

if (what === 'failed') {
  for (const suite of first.filter(failed)) console.log(suite.name);
} else {
  const later = new Map((second ?? []).map((suite) => [suite.name, suite]));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of first) {
    const last = later.get(suite.name) ?? suite;
    if (failed(suite) && !failed(last)) console.error(`FLAKY: ${suite.name} failed, and passed alone`);
    for (const { status } of last.assertionResults) {
      counts[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
    }
    // A suite that could not be loaded has no test that failed.
    if (failed(last) && !last.assertionResults.some(({ status }) => status === 'failed')) counts.failed += 1;
  }
  console.log(counts.passed, counts.failed, counts.skipped);
}
