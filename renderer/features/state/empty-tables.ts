import {
  CALL_MODES,
  NOTIFIER_MODES,
  REGISTRAR_MODES,
  SERVER_MODES,
  type ServerMode,
} from '../../../app/contract/server-config/modes.ts';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { formatListener } from '../servers/index.ts';
import type { TableId } from './state-rows.ts';

export interface Emptiness {
  readonly title: string;
  readonly text: string;
  /** Where to send what would be listed: `127.0.0.1:5060`. */
  readonly address?: string;
}

interface Holds {
  /** The modes that hold such rows at all. */
  readonly modes: readonly ServerMode[];
  readonly title: string;
  /** Why a server of another mode never has any. */
  readonly never: string;
  /** What brings the first. @param where - `udp 127.0.0.1:5060` */
  readonly next: (where: string) => string;
}

const HOLDS: Readonly<Record<TableId, Holds>> = {
  registrations: {
    modes: REGISTRAR_MODES,
    title: 'Nothing is registered',
    never: 'keeps no registrations in its mode. Start a registrar, a full UAS, a proxy or a B2BUA for them.',
    next: (where) =>
      `Let a phone register at ${where}; it is listed here at once, with the time it has left.`,
  },
  dialogs: {
    modes: CALL_MODES,
    title: 'No dialogs',
    never: 'is in no dialog itself in its mode. Start a call server, a full UAS or a B2BUA for calls.',
    next: (where) => `Call ${where}; each leg of a call is listed here for as long as it lives.`,
  },
  transactions: {
    modes: SERVER_MODES,
    title: 'No transactions',
    never: '',
    next: (where) => `Send a request to ${where}; its transaction is listed here until its last timer fires.`,
  },
  subscriptions: {
    modes: NOTIFIER_MODES,
    title: 'No subscriptions',
    never:
      'takes no subscriptions in its mode. Start a subscription server, a registrar or a full UAS for them.',
    next: (where) => `Subscribe at ${where}; watchers are listed here until their subscription ends.`,
  },
  connections: {
    modes: SERVER_MODES,
    title: 'No connections',
    never: '',
    next: () => 'Connections over TCP, TLS and WebSocket are listed here while they are open. UDP has none.',
  },
  lookups: {
    modes: SERVER_MODES,
    title: 'No names were looked up',
    never: '',
    next: () =>
      'When this server sends to a URI with a name in it, every NAPTR, SRV and address record it asks for is listed here (RFC 3263).',
  },
};

/** Why a table of a running server has no rows, and what brings the first one. */
export function emptinessOf(table: TableId, { config, listeners }: ServerInfo): Emptiness {
  const { modes, title, never, next } = HOLDS[table];
  if (!modes.includes(config.mode)) return { title, text: `${config.name} ${never}` };
  const [first] = listeners;
  if (first === undefined) return { title, text: next(config.name) };
  const where = formatListener(first);
  const isAsked = table !== 'connections' && table !== 'lookups';
  return { title, text: next(where), ...(isAsked ? { address: where.slice(where.indexOf(' ') + 1) } : {}) };
}
