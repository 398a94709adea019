// Runs the import rules, and fails too when dependency-cruiser read next to nothing: "no violations" in 0 modules is no answer.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['stack', 'scenarios', 'app', 'main', 'renderer', 'e2e'].filter((f) => existsSync(root + f));
const run = spawnSync(
  process.execPath,
  ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--output-type', 'json', ...folders],
  { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
);
if (run.error !== undefined || run.stdout === '') {
  console.error(run.stderr || run.error?.message);
  process.exit(1);
}
const { summary } = JSON.parse(run.stdout);
for (const v of summary.violations) console.error(`${v.rule.severity} ${v.rule.name}: ${v.from} -> ${v.to}`);
const isBlind = summary.totalCruised < 50;
if (isBlind) console.error(`only ${summary.totalCruised} modules were read: the import rules saw nothing`);
console.log(`${summary.totalCruised} modules, ${summary.violations.length} import rule violations`);
process.exitCode = isBlind || summary.error > 0 ? 1 : 0;
