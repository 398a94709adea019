import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { formatAddress } from '../../../stack/core/address.ts';
import type {
  StoreConnection,
  StoreDriver,
  StoreEvents,
} from '../../../stack/registrar/shared/store-driver.ts';
import type { LocationsOpener } from './locations-opener.ts';
import { openShared } from './open-shared.ts';
import { optionalPackage } from './optional-package.ts';

const CHANNEL = 'siphon_locations';
/** Octets that a notification takes, with some room. */
const MAX_NOTE = 7900;
/** Longer ones do not fit into an index; what stands for them is their hash. */
const MAX_KEY = 1000;
const PAGE = 500;
/** An attempt does not outlive the patience of those who wait for it. */
const CONNECT_MS = 5000;
/** Commits wait for the disk: several at a time wait for it together. */
const CLIENTS = 4;
/** Names the right to make the table, which PostgreSQL does not let two processes do at the same time. */
const TABLE_LOCK = 7_420_560;

const CREATE = `BEGIN;
SELECT pg_advisory_xact_lock(${TABLE_LOCK});
CREATE TABLE IF NOT EXISTS siphon_locations (aor text COLLATE "C" PRIMARY KEY, document text NOT NULL);
COMMIT`;

/** Each replaces a document if it is still the one expected, and announces it, in one transaction with the lock of the row. */
const NOTIFY = `SELECT pg_notify('${CHANNEL}', $2) FROM swapped`;
const INSERT = `WITH swapped AS (INSERT INTO siphon_locations (aor, document) VALUES ($1, $3)
  ON CONFLICT DO NOTHING RETURNING aor) ${NOTIFY}`;
const UPDATE = `WITH swapped AS (UPDATE siphon_locations SET document = $3 WHERE aor = $1 AND document = $4
  RETURNING aor) ${NOTIFY}`;
const DELETE = `WITH swapped AS (DELETE FROM siphon_locations WHERE aor = $1 AND document = $3
  RETURNING aor) ${NOTIFY}`;

/** Bindings in PostgreSQL: `postgres://user:password@host[:port]/database`; the table is made when it is not there. */
export const openPostgres: LocationsOpener = async (url, env) => {
  const { default: pg } = await optionalPackage('pg', 'Locations in PostgreSQL', () => import('pg'));
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  const address = formatAddress({ host, port: Number(url.port || 5432) });
  return openShared(
    {
      name: `PostgreSQL at ${address}${url.pathname}`,
      maxNoteLength: MAX_NOTE,
      connect: (events) => connect(pg.Client, url, events),
    } satisfies StoreDriver,
    env,
  );
};

async function connect(
  PgClient: typeof Client,
  url: URL,
  { onNote, onLost }: StoreEvents,
): Promise<StoreConnection> {
  const clients: Client[] = [];
  let isOver = false;
  const close = (): void => {
    isOver = true;
    for (const client of clients) client.connection.stream.destroy();
  };
  const lose = (reason: string): void => {
    if (!isOver) onLost(reason);
    close();
  };
  const open = async (): Promise<Client> => {
    const client = new PgClient({
      connectionString: url.href,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      application_name: 'siphond',
    });
    clients.push(client);
    client.on('error', (error) => {
      lose(error.message);
    });
    client.on('end', () => {
      lose('the connection was closed');
    });
    await client.connect();
    // An acknowledged registration is on the disk, whatever the server's default is.
    await client.query('SET synchronous_commit TO on');
    return client;
  };
  try {
    const listener = await open();
    await makeTable(listener);
    listener.on('notification', ({ payload }) => {
      if (payload !== undefined) onNote(payload);
    });
    await listener.query(`LISTEN ${CHANNEL}`);
    const workers = await Promise.all(Array.from({ length: CLIENTS }, open));
    let turn = 0;
    const worker = (): Client => workers[turn++ % CLIENTS] ?? listener;
    return {
      read: async (key) => {
        const { rows } = await worker().query<{ document: string }>(
          'SELECT document FROM siphon_locations WHERE aor = $1',
          [indexKey(key)],
        );
        return rows[0]?.document;
      },
      swap: async (key, expected, next, note) => {
        const values = [indexKey(key), note];
        const { rowCount } = await (expected === undefined
          ? worker().query(INSERT, [...values, next])
          : next === undefined
            ? worker().query(DELETE, [...values, expected])
            : worker().query(UPDATE, [...values, next, expected]));
        return rowCount === 1;
      },
      scan: async (cursor = '') => {
        const { rows } = await worker().query<{ aor: string; document: string }>(
          'SELECT aor, document FROM siphon_locations WHERE aor > $1 ORDER BY aor LIMIT $2',
          [cursor, PAGE],
        );
        return {
          documents: rows.map(({ document }) => document),
          cursor: rows.length < PAGE ? undefined : rows.at(-1)?.aor,
        };
      },
      ping: async () => {
        await Promise.all([listener, ...workers].map((client) => client.query('SELECT 1')));
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A user who may not make tables can use one that is there. */
async function makeTable(client: Client): Promise<void> {
  const { rows } = await client.query<{ there: string | null }>(
    "SELECT to_regclass('siphon_locations') AS there",
  );
  if (rows[0]?.there === null) await client.query(CREATE);
}

function indexKey(key: string): string {
  return key.length <= MAX_KEY ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
