// The library of scenarios as tables, a group for each folder, from its files.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** What the folders hold, in the order of the page. */
const GROUPS = {
  options: 'OPTIONS',
  registration: 'Registration and digest',
  calls: 'Calls',
  midcall: 'In a call: re-INVITE, UPDATE, timers, transfer',
  transports: 'Transports and connections',
  proxy: 'Through a proxy: routing and forking',
  b2bua: 'Through a B2BUA',
  nodes: 'Through nodes of their own',
  events: 'Subscriptions and published state',
  messages: 'MESSAGE and REFER',
  malformed: 'Malformed and refused',
  failures: 'Failures on purpose',
};

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function row(folder, file) {
  const text = readFileSync(folder + file, 'utf8');
  const { name, description, counterpart, nodes = {}, actors, expectedFailure } = parse(text);
  const modes = [...new Set(Object.values(nodes).map(({ mode }) => `\`${mode}\``))].join(', ');
  const others = Object.keys(actors).length > 1 ? 'the other actors' : 'the actor itself';
  const against = counterpart === undefined ? modes || others : `\`${counterpart.mode}\``;
  const fails = expectedFailure === undefined ? '' : ` Fails: \`${expectedFailure.trim()}\``;
  const short = file.replace('.yaml', '');
  return `| [${short}](../scenarios/library/${file}) | ${cell(name)} | ${cell(description + fails)} | ${against} |`;
}

/** @throws Error when a folder of the library has no group. */
export function scenarioLibrary() {
  const folder = fileURLToPath(new URL('../../scenarios/library/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
  const stray = files.find((file) => !(file.split('/')[0] in GROUPS));
  if (stray !== undefined)
    throw new Error(`scenarios/library/${stray}: its folder has no group in tools/docs`);
  return Object.entries(GROUPS)
    .map(([group, title]) => {
      const rows = files.filter((file) => file.startsWith(`${group}/`)).map((file) => row(folder, file));
      return [
        `### ${title}\n`,
        '| scenario | name | what happens | against |',
        '|---|---|---|---|',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}
