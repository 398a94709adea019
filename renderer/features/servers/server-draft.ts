import { checkServerConfig } from '../../../app/contract/server-config-check.ts';
import {
  bindsOf,
  LISTENER_KEYS,
  LISTENER_PROTOCOLS,
  type ListenerProtocol,
  parseBind,
  type ServerConfig,
  type ServerConfigKey,
} from '../../../app/contract/server-config.ts';
import { SERVER_FIELDS, type ServerField } from '../../../app/contract/server-fields.ts';
import type { Listener } from '../../../app/contract/servers.ts';

/*
 * What a person has typed so far: texts, however wrong, so that nothing typed is lost. Configuration on one side, form on the other.
 */

/** What a new listener is, as long as the address and port are free for it. */
const PLAIN_PROTOCOLS: readonly ListenerProtocol[] = ['udp', 'tcp'];

/** One row of the table of listeners. */
export interface ListenerRow {
  /** Stays with the row while others come and go. */
  readonly id: number;
  readonly protocol: ListenerProtocol;
  readonly host: string;
  readonly port: string;
}

export interface ServerDraft {
  readonly values: Readonly<Partial<Record<ServerConfigKey, string | boolean>>>;
  readonly listeners: readonly ListenerRow[];
}

const isPlain = (field: ServerField): boolean => field.kind !== 'list';

/** The fields of the form, group by group in the order of the schema, without those the mode does not use. */
export function formGroups(
  mode: string,
): readonly { readonly group: string; readonly fields: readonly ServerField[] }[] {
  const groups = new Map<string, ServerField[]>();
  for (const field of SERVER_FIELDS) {
    if (field.modes !== undefined && !field.modes.some((m) => m === mode)) continue;
    groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  }
  return [...groups].map(([group, fields]) => ({ group, fields }));
}

export function toDraft(config: ServerConfig): ServerDraft {
  const values = Object.fromEntries(
    SERVER_FIELDS.filter(isPlain).map(({ key }) => {
      const value = config[key];
      return [key, typeof value === 'boolean' ? value : String(value)];
    }),
  );
  return {
    values,
    listeners: bindsOf(config).map(({ protocol, bind }, id) => {
      const { host, port } = parseBind(bind);
      return { id, protocol, host, port: String(port) };
    }),
  };
}

const bindText = ({ host, port }: ListenerRow): string => {
  const name = host.trim();
  return `${name.includes(':') ? `[${name}]` : name}:${port.trim()}`;
};

/** What the draft says as a configuration, unchecked. */
export function toInput(draft: ServerDraft): Readonly<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  for (const { key, kind } of SERVER_FIELDS.filter(isPlain)) {
    const value = draft.values[key];
    input[key] = kind === 'number' ? numberOf(value) : value;
  }
  for (const protocol of LISTENER_PROTOCOLS)
    input[LISTENER_KEYS[protocol]] = draft.listeners.filter((r) => r.protocol === protocol).map(bindText);
  return input;
}

const numberOf = (value: string | boolean | undefined): number =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;

export interface RowErrors {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
}

export interface CheckedDraft {
  /** Undefined while something is wrong. */
  readonly config: ServerConfig | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly rows: Readonly<Record<number, RowErrors>>;
  /** What is wrong with the listeners as a whole. */
  readonly listeners: string | undefined;
}

const PORT_RULE = 'Expected a port from 0 to 65535; 0 takes a free one.';
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
const isPort = (text: string): boolean => /^\d{1,5}$/.test(text.trim()) && Number(text) <= 65_535;

export function checkDraft(draft: ServerDraft): CheckedDraft {
  const checked = checkServerConfig(toInput(draft));
  const listeners =
    draft.listeners.length === 0 ? 'Add a listener: without one no request can arrive.' : undefined;
  if (checked.isValid)
    return { config: listeners === undefined ? checked.config : undefined, fields: {}, rows: {}, listeners };

  const fields: Record<string, string> = {};
  const rows: Record<number, RowErrors> = {};
  for (const { key, index, message } of checked.problems) {
    if (key === undefined) continue;
    const text = sentence(message.replace(`${key}: `, ''));
    const protocol = LISTENER_PROTOCOLS.find((p) => LISTENER_KEYS[p] === key);
    const row = draft.listeners.filter((r) => r.protocol === protocol)[index ?? -1];
    if (row === undefined) fields[key] = text;
    else rows[row.id] = isPort(row.port) ? { host: text } : { port: PORT_RULE };
  }
  return { config: undefined, fields, rows, listeners };
}

/** Whether the draft says something else than the configuration. */
export const isChanged = (draft: ServerDraft, config: ServerConfig): boolean =>
  JSON.stringify(toInput(draft)) !== JSON.stringify(toInput(toDraft(config)));

export const setValue = (draft: ServerDraft, key: ServerConfigKey, value: string | boolean): ServerDraft => ({
  ...draft,
  values: { ...draft.values, [key]: value },
});

export const setRow = (draft: ServerDraft, id: number, change: Partial<ListenerRow>): ServerDraft => ({
  ...draft,
  listeners: draft.listeners.map((row) => (row.id === id ? { ...row, ...change } : row)),
});

export const removeRow = (draft: ServerDraft, id: number): ServerDraft => ({
  ...draft,
  listeners: draft.listeners.filter((row) => row.id !== id),
});

/** Adds a listener: the other transport of the last row, or the next port. */
export function addRow(draft: ServerDraft): ServerDraft {
  const last = draft.listeners.at(-1);
  const host = last?.host ?? '127.0.0.1';
  const port = last?.port ?? '5060';
  const protocol =
    PLAIN_PROTOCOLS.find(
      (p) => !draft.listeners.some((r) => r.protocol === p && r.host === host && r.port === port),
    ) ?? 'udp';
  const isTaken = draft.listeners.some((r) => r.protocol === protocol && r.host === host && r.port === port);
  const row: ListenerRow = {
    id: Math.max(-1, ...draft.listeners.map((r) => r.id)) + 1,
    protocol,
    host,
    port: isTaken ? String(Number(port) + 2) : port,
  };
  return { ...draft, listeners: [...draft.listeners, row] };
}

/** Whether the row stands for the listener that could not be bound. */
export const isRowOf = (row: ListenerRow, listener: Listener | undefined): boolean =>
  listener !== undefined &&
  row.protocol === listener.protocol &&
  row.host.trim() === listener.host &&
  row.port.trim() === String(listener.port);

/** Moves every listener of that address and port, on all transports, so that UDP and TCP stay together. */
export const moveListeners = (
  draft: ServerDraft,
  from: Listener,
  to: { readonly host?: string; readonly port?: number },
): ServerDraft => ({
  ...draft,
  listeners: draft.listeners.map((row) =>
    row.host.trim() === from.host && row.port.trim() === String(from.port)
      ? { ...row, host: to.host ?? row.host, port: String(to.port ?? row.port) }
      : row,
  ),
});
