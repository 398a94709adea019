import { Command } from 'commander';
import type { Armed, Dials } from '../../contract/dials.ts';
import { ContractError } from '../../contract/errors.ts';
import type { ServerInfo } from '../../contract/servers.ts';
import type { Workbench } from '../../contract/workbench.ts';
import type { Backend } from '../../rpc/types.ts';
import { type ApiFlags, withApi, withApiOptions } from '../api-client.ts';
import { dialName, dialOf, dialText, readDialWords } from '../dials/dial-words.ts';
import { CliError, EXIT, usageError } from '../io.ts';
import { printable } from '../printable.ts';
import type { Subcommand } from '../subcommand.ts';
import { table } from '../table.ts';

interface Flags extends ApiFlags {
  readonly json?: boolean;
}

/** `sipctl dials`: what a running server does at this moment, and how to change it while it serves. */
export const dialsCommand: Subcommand = {
  json: {
    dials: 'server (id, name), values by key, overrides and faults (spec, hits, left of each)',
  },
  examples: [
    'dials --api http://127.0.0.1:8080 --token TOKEN',
    'dials --api http://127.0.0.1:8080 uas answer-delay=2s early-media=on',
    "dials --api http://127.0.0.1:8080 'override=INVITE=486*2'",
  ],
  command: (io, done) =>
    withApiOptions(
      new Command('dials')
        .description(
          'Show the behaviour dials of a running siphond or workbench, or turn some: they act at once, the server is not restarted. Exit 0 when they are as shown, 1 when the node does not run.',
        )
        .argument(
          '[words...]',
          'the node, by name or id, where several run; then DIAL=VALUE each: 2s, 700ms, on, off, none. The values of a list (override, fault) add up',
        ),
    )
      .option('--json', 'Print one JSON object.')
      .action(async (words: readonly string[], flags: Flags) => {
        const { node, changes } = readDialWords(words);
        await withApi(flags, io, async (backend) => {
          const { servers } = await backend.call('servers.list', {});
          const server = chosen(servers, node);
          const dials = await turned(backend, server.id, changes);
          io.out(flags.json === true ? jsonOf(server, dials) : textOf(server, dials));
        });
        done(EXIT.ok);
      }),
};

/** @throws CliError 1 when there is no such node, 2 when it is not clear which. */
function chosen(servers: readonly ServerInfo[], node: string | undefined): ServerInfo {
  const running = servers.filter(({ state }) => state === 'running');
  const found =
    node === undefined ? running : servers.filter(({ id, config }) => id === node || config.name === node);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = running.map(({ config }) => config.name).join(', ');
  if (only !== undefined)
    throw usageError(`say which node: ${node === undefined ? names : found.map(({ id }) => id).join(', ')}`);
  throw new CliError(
    EXIT.negative,
    node === undefined
      ? 'no server runs there'
      : `there is no node ${node}${names === '' ? '' : `; running: ${names}`}`,
  );
}

async function turned(
  backend: Backend<Workbench>,
  id: string,
  changes: Readonly<Record<string, unknown>>,
): Promise<Dials> {
  if (Object.keys(changes).length === 0) return backend.call('dials.read', { id });
  try {
    return await backend.call('dials.change', { id, changes });
  } catch (error) {
    if (error instanceof ContractError && error.code === 'invalid-config') throw usageError(error.message);
    throw error;
  }
}

const jsonOf = ({ id, config }: ServerInfo, dials: Dials): string =>
  `${JSON.stringify({ event: 'dials', server: { id, name: config.name }, ...dials })}\n`;

function textOf({ config }: ServerInfo, { values, overrides, faults }: Dials): string {
  const rows = Object.entries(values).map(([key, value]) => {
    const field = dialOf(key);
    return [field === undefined ? key : dialName(field), dialText(field, value), field?.label ?? ''];
  });
  const armed = [...rowsOf('override', overrides), ...rowsOf('fault', faults)];
  return [
    `${printable(config.name)}, ${config.mode}`,
    table(['dial', 'value', ''], rows),
    ...(armed.length === 0 ? [] : ['', table(['armed', 'what', 'hits', 'left'], armed)]),
    '',
  ].join('\n');
}

const rowsOf = (kind: string, armed: readonly Armed[]): readonly (readonly string[])[] =>
  armed.map(({ spec, hits, left }) => [
    kind,
    spec,
    String(hits),
    left === undefined ? 'no end' : String(left),
  ]);
