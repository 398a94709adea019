import type { Listener, ServerInfo } from '../../../app/contract/servers.ts';
import type { TrafficSummary } from '../../../app/contract/traffic.ts';

/** Why there is nothing to see, as far as it is known. */
export type Emptiness =
  | { readonly kind: 'nothing-runs' }
  | { readonly kind: 'not-recording'; readonly servers: readonly ServerInfo[] }
  | {
      readonly kind: 'silent';
      readonly servers: readonly ServerInfo[];
      readonly sinceMs: number | undefined;
    };

/** What to say while no message is recorded; undefined when there are messages, or nothing is known yet. */
export function emptinessOf(
  summary: TrafficSummary | undefined,
  servers: readonly ServerInfo[] | undefined,
): Emptiness | undefined {
  if (summary === undefined || servers === undefined || summary.messages > 0 || summary.dialogs > 0) {
    return undefined;
  }
  const running = servers.filter((server) => server.state === 'running');
  if (running.length === 0) return { kind: 'nothing-runs' };
  if (!summary.isRecording) return { kind: 'not-recording', servers: running };
  const starts = running.flatMap((server) => (server.startedAtMs === undefined ? [] : [server.startedAtMs]));
  const since = [...starts, ...(summary.lastAtMs === undefined ? [] : [summary.lastAtMs])];
  return { kind: 'silent', servers: running, sinceMs: since.length === 0 ? undefined : Math.max(...since) };
}

/** `127.0.0.1:5060`, `[::1]:5060`. */
export function addressOf(listener: Listener): string {
  const host = listener.host.includes(':') ? `[${listener.host}]` : listener.host;
  return `${host}:${String(listener.port)}`;
}

/** Whether only programs on the same computer can reach it. */
export function isLoopback(listener: Listener): boolean {
  return /^(127\.|::1$|localhost$)/.test(listener.host);
}

/** A command that makes a call to a listener, for whoever has sipp; a wildcard address is reached over loopback. */
export function testCommand(listener: Listener): string {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listener.host] ?? listener.host;
  const transport = listener.protocol === 'tcp' ? ' -t t1' : '';
  return `sipp -sn uac ${addressOf({ ...listener, host })}${transport} -m 1`;
}
