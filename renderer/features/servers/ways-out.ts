import { bindsOf } from '../../../app/contract/server-config.ts';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { isLoopback } from './server-health.ts';

/** Something that gets a server going again; the first of a list is the one to offer first. */
export type WayOut =
  | { readonly kind: 'move-port'; readonly label: string; readonly port: number }
  | { readonly kind: 'move-host'; readonly label: string; readonly host: string }
  | { readonly kind: 'stop-other'; readonly label: string; readonly serverId: string }
  | { readonly kind: 'start'; readonly label: string };

/** What a person can do about a server that did not start or died. Never destructive first. */
export function waysOut({ problem, state }: ServerInfo): readonly WayOut[] {
  if (problem === undefined) return state === 'crashed' ? [{ kind: 'start', label: 'Restart' }] : [];
  const { freePort, heldBy, listener } = problem;
  switch (problem.code) {
    case 'port-in-use':
    case 'permission-denied':
      return [
        ...(freePort === undefined
          ? []
          : [{ kind: 'move-port' as const, label: `Use ${freePort} and start`, port: freePort }]),
        ...(heldBy === undefined
          ? []
          : [
              {
                kind: 'stop-other' as const,
                label: `Stop ${heldBy.name} and start`,
                serverId: heldBy.id,
              },
            ]),
        { kind: 'start', label: 'Try again' },
      ];
    case 'address-not-available':
      return [
        ...(listener === undefined || isLoopback(listener.host)
          ? []
          : [{ kind: 'move-host' as const, label: 'Use 127.0.0.1 and start', host: '127.0.0.1' }]),
        { kind: 'start', label: 'Try again' },
      ];
    case 'store-unavailable':
    case 'invalid-config':
    case 'internal':
      return [{ kind: 'start', label: 'Try again' }];
    case 'crashed':
    case 'not-responding':
      return [{ kind: 'start', label: 'Restart' }];
  }
}

/** Everything about a problem as text, for a report. */
export function problemDetails({ config, problem }: ServerInfo): string {
  if (problem === undefined) return '';
  const { code, message, hint, exitCode } = problem;
  return [
    `${config.name} (${config.mode}): ${message}`,
    hint,
    `code: ${code}${exitCode === undefined ? '' : `, exit ${exitCode}`}`,
    `listeners: ${bindsOf(config)
      .map(({ protocol, bind }) => `${protocol} ${bind}`)
      .join(', ')}`,
  ].join('\n');
}
