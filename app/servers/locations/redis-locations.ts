import type { createClient } from '@redis/client';
import type {
  StoreConnection,
  StoreDriver,
  StoreEvents,
} from '../../../stack/registrar/shared/store-driver.ts';
import { formatAddress } from '../../../stack/core/address.ts';
import { NodeStartError } from '../node-start-error.ts';
import type { LocationsOpener } from './locations-opener.ts';
import { openShared } from './open-shared.ts';
import { optionalPackage } from './optional-package.ts';

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
  const { createClient: create } = await optionalPackage(
    '@redis/client',
    'Locations in Redis',
    () => import('@redis/client'),
  );
  const address = formatAddress({ host: hostOf(url), port: Number(url.port || 6379) });
  return openShared(
    {
      name: `Redis at ${address}${database === 0 ? '' : `/${database}`}`,
      maxNoteLength: Infinity,
      connect: (events) => connect(create, url, database, events),
    } satisfies StoreDriver,
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

/** Brackets are part of a URL, not of an address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1';
}

async function connect(
  create: typeof createClient,
  url: URL,
  database: number,
  { onNote, onLost }: StoreEvents,
): Promise<StoreConnection> {
  const channel = `${DOCUMENTS}:changes:${database}`;
  const clients: { readonly isOpen: boolean; destroy(): void }[] = [];
  let isOver = false;
  const close = (): void => {
    isOver = true;
    for (const client of clients) if (client.isOpen) client.destroy();
  };
  const open = async () => {
    const client = create({
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
  try {
    const commands = await open();
    const changes = await open();
    await changes.subscribe(channel, onNote);
    return {
      read: async (key) => (await commands.hGet(DOCUMENTS, key)) ?? undefined,
      swap: async (key, expected = '', next = '', note) =>
        (await commands.eval(SWAP, {
          keys: [DOCUMENTS],
          arguments: [key, expected, next, channel, note],
        })) === 1,
      scan: async (cursor = '0') => {
        const page = await commands.hScan(DOCUMENTS, cursor, { COUNT: PAGE });
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
