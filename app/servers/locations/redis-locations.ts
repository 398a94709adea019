import type { createClient, ErrorReply } from '@redis/client';
import { formatAddress } from '../../../stack/core/address.ts';
import {
  StoreRefusal,
  type StoreConnection,
  type StoreEvents,
} from '../../../stack/registrar/shared/store-driver.ts';
import { NodeStartError } from '../node-start-error.ts';
import type { LocationsOpener } from './locations-opener.ts';
import { openShared } from './open-shared.ts';
import { optionalPackage } from './optional-package.ts';

/** The package, as far as it is used here. */
interface Redis {
  readonly createClient: typeof createClient;
  readonly ErrorReply: typeof ErrorReply;
}

/** One hash holds the documents of all users. */
const DOCUMENTS = 'siphon:locations';
const PAGE = 500;
/** An attempt does not outlive the patience of those who wait for it. */
const CONNECT_MS = 5000;

/**
 * Compare, replace and announce in one step. An empty text stands for no document.
 * KEYS: the hash. ARGV: field, expected document, next document, channel, note.
 */
const SWAP = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1`;

/** Bindings in Redis: `redis://[user:password@]host[:port][/db]`, `rediss` for TLS. */
export const openRedis: LocationsOpener = async (url, env) => {
  const database = databaseOf(url);
  const redis = await optionalPackage('@redis/client', 'Locations in Redis', () => import('@redis/client'));
  const host = url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1';
  const address = formatAddress({ host, port: Number(url.port || 6379) });
  return openShared(
    {
      name: `Redis at ${address}${database === 0 ? '' : `/${database}`}`,
      maxNoteLength: Infinity,
      connect: (events) => connect(redis, url, database, events),
    },
    env,
  );
};

function databaseOf(url: URL): number {
  const [, digits] = /^\/?(\d{0,5})$/.exec(url.pathname) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new NodeStartError(
    'invalid-config',
    `The location store names a database of Redis that is no number: ${url.pathname.slice(1)}.`,
    'Databases of Redis are numbers: redis://127.0.0.1:6379/2.',
  );
}

/** One client for commands, and one that listens to the changes of all processes. */
async function connect(
  redis: Redis,
  url: URL,
  database: number,
  { onNote, onLost }: StoreEvents,
): Promise<StoreConnection> {
  // Channels are common to all databases of a server.
  const channel = `${DOCUMENTS}:changes:${database}`;
  const clients: { readonly isOpen: boolean; destroy(): void }[] = [];
  let isOver = false;
  const close = (): void => {
    isOver = true;
    for (const client of clients) if (client.isOpen) client.destroy();
  };
  const open = async () => {
    const client = redis.createClient({
      url: url.href,
      // Connecting again is decided above, with the clock of the node.
      socket: { reconnectStrategy: false, connectTimeout: CONNECT_MS, keepAlive: true },
      disableOfflineQueue: true,
      maintNotifications: 'disabled',
    });
    clients.push(client);
    client.on('error', (error: Error) => {
      if (!isOver) onLost(error.message);
      close();
    });
    await client.connect();
    return client;
  };
  /** What Redis answers with an error it has refused. */
  const asked = async <T>(reply: Promise<T>): Promise<T> => {
    try {
      return await reply;
    } catch (error) {
      if (error instanceof redis.ErrorReply) throw new StoreRefusal(error.message, { cause: error });
      throw error;
    }
  };
  try {
    const commands = await open();
    const changes = await open();
    await changes.subscribe(channel, onNote);
    // One that is still loading its data takes connections already.
    await commands.hLen(DOCUMENTS);
    return {
      read: async (key) => (await asked(commands.hGet(DOCUMENTS, key))) ?? undefined,
      swap: async (key, expected = '', next = '', note) => {
        const values = { keys: [DOCUMENTS], arguments: [key, expected, next, channel, note] };
        return (await asked(commands.eval(SWAP, values))) === 1;
      },
      scan: async (cursor = '0') => {
        const page = await asked(commands.hScan(DOCUMENTS, cursor, { COUNT: PAGE }));
        return {
          documents: page.entries.map(({ value }) => value),
          cursor: page.cursor === '0' ? undefined : page.cursor,
        };
      },
      ping: async () => {
        await Promise.all([commands.ping(), changes.ping()]);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
