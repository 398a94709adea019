import { stringify } from 'yaml';
import { withoutPassword } from '../contract/server-config/location-url.ts';
import { SERVER_FIELDS, SIPHOND_FIELDS, type SiphondField } from '../contract/server-fields.ts';
import type { ResolvedServers } from './server-list.ts';
import type { ResolvedConfig } from './server-options.ts';

const OF_SERVERS = new Set<string>(SERVER_FIELDS.map(({ key }) => key));
const isOfServer = ({ key }: SiphondField): boolean => OF_SERVERS.has(key);

interface Line {
  readonly text: string;
  readonly origin: string;
}

/**
 * Each option with its value and origin, aligned: what `--print-config` shows; the part before `#` is a configuration file, but for a password in it.
 */
export function printedConfig({ own, servers, isList }: ResolvedServers): string {
  const lines = isList
    ? [
        ...linesOf(
          own,
          (field) => !isOfServer(field),
          () => '',
        ),
        { text: 'servers:', origin: 'file' },
        ...servers.flatMap((server) => linesOf(server, isOfServer, (i) => (i === 0 ? '  - ' : '    '))),
      ]
    : linesOf(
        own,
        () => true,
        () => '',
      );
  const width = Math.max(...lines.map(({ text }) => text.length));
  return lines.map(({ text, origin }) => `${text.padEnd(width)}  # ${origin}\n`).join('');
}

function linesOf(
  { config: resolved, origins }: ResolvedConfig,
  isShown: (field: SiphondField) => boolean,
  indent: (i: number) => string,
): readonly Line[] {
  const config = { ...resolved, location: withoutPassword(resolved.location) };
  return SIPHOND_FIELDS.filter(isShown).map(({ key }, i) => {
    const text = stringify({ [key]: config[key] }, { flowCollectionPadding: false, collectionStyle: 'flow' });
    return { text: `${indent(i)}${text.trim().slice(1, -1).trim()}`, origin: origins[key] };
  });
}
