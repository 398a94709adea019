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
import { readDuration, writeDuration } from '../../../app/contract/duration.ts';

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

/** What a field holds: a text, a switch, or the entries of a list. */
export type DraftValue = string | boolean | readonly string[];

export interface ServerDraft {
  readonly values: Readonly<Partial<Record<ServerConfigKey, DraftValue>>>;
  readonly listeners: readonly ListenerRow[];
}

const LISTENERS = new Set<string>(Object.values(LISTENER_KEYS));
/** Whether it is a field of its own: listeners are rows of one table. */
const isPlain = (field: ServerField): boolean => !LISTENERS.has(field.key);

export interface FormGroup {
  readonly group: string;
  /** Shown at once. */
  readonly usual: readonly ServerField[];
  /** Shown when they are asked for. */
  readonly rare: readonly ServerField[];
}

/**
 * The fields of the form without those the mode does not use: groups with something usual in them first, each part in the order of the schema.
 * Listeners are not among them.
 */
export function formGroups(mode: string): readonly FormGroup[] {
  const groups = new Map<string, ServerField[]>();
  for (const field of SERVER_FIELDS.filter(isPlain)) {
    if (field.modes !== undefined && !field.modes.some((m) => m === mode)) continue;
    groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  }
  const parted = [...groups].map(([group, fields]) => ({
    group,
    usual: fields.filter((f) => f.isRare !== true),
    rare: fields.filter((f) => f.isRare === true),
  }));
  return [...parted.filter((g) => g.usual.length > 0), ...parted.filter((g) => g.usual.length === 0)];
}

/** A value of a configuration as the form shows it. */
function shown(field: ServerField, value: ServerConfig[ServerConfigKey]): DraftValue {
  if (typeof value === 'number' && field.unit !== undefined) return writeDuration(value, field.unit);
  return typeof value === 'number' ? String(value) : value;
}

/** What a field holds without anybody's doing. */
export const defaultOf = (field: ServerField): DraftValue =>
  shown(field, field.default as ServerConfig[ServerConfigKey]);

export function toDraft(config: ServerConfig): ServerDraft {
  const values = Object.fromEntries(
    SERVER_FIELDS.filter(isPlain).map((field) => [field.key, shown(field, config[field.key])]),
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
  for (const field of SERVER_FIELDS.filter(isPlain)) {
    const value = draft.values[field.key];
    // Drafts of an earlier version know fewer fields: those have their defaults.
    if (value !== undefined) input[field.key] = isText(value) ? readText(field, value) : written(value);
  }
  for (const protocol of LISTENER_PROTOCOLS)
    input[LISTENER_KEYS[protocol]] = draft.listeners.filter((r) => r.protocol === protocol).map(bindText);
  return input;
}

const isText = (value: DraftValue): value is string => typeof value === 'string';

function readText({ kind, unit }: ServerField, text: string): string | number {
  if (kind !== 'number') return text;
  if (unit !== undefined) return readDuration(text, unit);
  return text.trim() === '' ? NaN : Number(text);
}

/** Entries that nobody has filled in yet are none. */
const written = (value: boolean | readonly string[]): boolean | readonly string[] =>
  typeof value === 'boolean' ? value : value.filter((entry) => entry.trim() !== '');

export interface RowErrors {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
}

export interface CheckedDraft {
  /** Undefined while something is wrong. */
  readonly config: ServerConfig | undefined;
  readonly fields: Readonly<Record<string, string>>;
  /** Entries of lists, by field and place. */
  readonly entries: Readonly<Record<string, Readonly<Record<number, string>>>>;
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
    return {
      config: listeners === undefined ? checked.config : undefined,
      fields: {},
      entries: {},
      rows: {},
      listeners,
    };

  const fields: Record<string, string> = {};
  const entries: Record<string, Record<number, string>> = {};
  const rows: Record<number, RowErrors> = {};
  for (const { key, index, message } of checked.problems) {
    if (key === undefined) continue;
    const field = SERVER_FIELDS.find((f) => f.key === key);
    const text = timeRule(field) ?? sentence(message.replace(`${key}: `, ''));
    const protocol = LISTENER_PROTOCOLS.find((p) => LISTENER_KEYS[p] === key);
    const row = draft.listeners.filter((r) => r.protocol === protocol)[index ?? -1];
    const at = placeOf(field === undefined ? undefined : draft.values[field.key], index);
    if (row !== undefined) rows[row.id] = isPort(row.port) ? { host: text } : { port: PORT_RULE };
    else if (at !== undefined) entries[key] = { ...entries[key], [at]: text };
    else fields[key] = text;
  }
  return { config: undefined, fields, entries, rows, listeners };
}

/** Where the entry stands in the form, which shows empty ones too. */
function placeOf(value: DraftValue | undefined, index: number | undefined): number | undefined {
  if (index === undefined || typeof value !== 'object') return undefined;
  return value.flatMap((entry, at) => (entry.trim() === '' ? [] : [at]))[index];
}

/** What a field for a time takes; undefined for any other field. */
export function timeRule(field: ServerField | undefined): string | undefined {
  if (field?.unit === undefined || field.min === undefined || field.max === undefined) return undefined;
  const [least, most] = [writeDuration(field.min, field.unit), writeDuration(field.max, field.unit)];
  return `Expected a time from ${least} to ${most}, such as ${field.unit === 's' ? '90 s or 30 min' : '700 ms or 2 s'}.`;
}

/** How many things are wrong. */
export const countWrong = (checked: CheckedDraft): number =>
  Object.keys(checked.fields).length +
  Object.keys(checked.entries).length +
  Object.keys(checked.rows).length +
  (checked.listeners === undefined ? 0 : 1);

/** Whether the draft says something else than the configuration. */
export const isChanged = (draft: ServerDraft, config: ServerConfig): boolean =>
  JSON.stringify(toInput(draft)) !== JSON.stringify(toInput(toDraft(config)));

export const setValue = (draft: ServerDraft, key: ServerConfigKey, value: DraftValue): ServerDraft => ({
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
