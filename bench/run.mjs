// npm run bench [-- ROW ...]: measures, prints one table and writes bench/results.json.
// Every figure stands beside a yardstick measured in the same run; what counts is the ratio. At least five runs a figure, median and spread.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../tools/ensure-built.mjs';
import { rows as callRows } from './rows/call.mjs';
import { rows as optionsRows } from './rows/options.mjs';
import { rows as loadRows } from './rows/load.mjs';
import { rows as memoryRows } from './rows/memory.mjs';
import { rows as parseRows } from './rows/parse.mjs';
import { rows as registerRows } from './rows/register.mjs';
import { rows as routingRows } from './rows/routing.mjs';
import { rows as transactionRows } from './rows/transactions.mjs';

const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const wanted = process.argv.slice(2);
const all = [
  ...parseRows,
  ...optionsRows,
  ...registerRows,
  ...callRows,
  ...routingRows,
  ...transactionRows,
  ...loadRows,
  ...memoryRows,
];
const chosen =
  wanted.length === 0 ? all : all.filter((row) => wanted.some((name) => row.id.startsWith(name)));
if (chosen.length === 0) {
  console.error(
    `bench: no row begins with ${wanted.join(' or ')}; there are ${all.map((r) => r.id).join(', ')}`,
  );
  process.exit(2);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

ensureBuilt({ renderer: false });
const results = [];
/** Rows that could not be measured: the figures of the others are kept. */
const failures = [];
for (const row of chosen) {
  process.stderr.write(`${row.id} `);
  const runs = [];
  try {
    for (let i = 0; i < RUNS; i++) {
      runs.push(await row.run());
      process.stderr.write('.');
    }
  } catch (error) {
    failures.push(`${row.id} was not measured: ${error.message}`);
    continue;
  } finally {
    process.stderr.write('\n');
  }
  // A ratio is taken within each run, where both sides saw the same machine; the median of these is the figure.
  const ratios = runs.map((r) => row.ratio(r.value, r.yardstick));
  results.push({
    id: row.id,
    title: row.title,
    unit: row.unit,
    value: median(runs.map((r) => r.value)),
    yardstick: median(runs.map((r) => r.yardstick)),
    yardstickName: row.yardstick,
    ratio: median(ratios),
    ratioUnit: row.ratioUnit ?? 'x',
    spread: [Math.min(...ratios), Math.max(...ratios)],
    goal: row.goal,
    isMet: row.isMet(median(ratios)),
    runs: RUNS,
  });
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
writeFileSync(
  fileURLToPath(new URL('results.json', import.meta.url)),
  `${JSON.stringify({ version, machine, results }, null, 2)}\n`,
);

const number = (n) => (n >= 100 ? Math.round(n).toLocaleString('en') : n.toFixed(2));
const table = [
  ['figure', 'ours', 'yardstick', 'ratio', 'spread', 'goal', ''],
  ...results.map((r) => [
    r.title,
    `${number(r.value)} ${r.unit}`,
    `${number(r.yardstick)} ${r.unit} (${r.yardstickName})`,
    `${r.ratio.toFixed(2)}${r.ratioUnit}`,
    `${r.spread[0].toFixed(2)}..${r.spread[1].toFixed(2)}`,
    r.goal,
    r.isMet ? 'met' : 'MISSED',
  ]),
];
const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
console.log(
  `\nSiphon Workbench ${version}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${RUNS} runs\n`,
);
for (const line of table)
  console.log(
    line
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;
