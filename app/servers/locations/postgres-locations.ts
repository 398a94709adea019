import { createHash } from 'node:crypto';
import type { Client, DatabaseError, QueryResult, QueryResultRow } from 'pg';
import { formatAddress } from '../../../stack/core/address.ts';
import { Lanes } from '../../../stack/registrar/shared/lanes.ts';
import {
  StoreRefusal,
  type StoreConnection,
  type StoreEvents,
} from '../../../stack/registrar/shared/store-driver.ts';
import type { LocationsOpener } from './locations-opener.ts';
import { openShared } from './open-shared.ts';
import { optionalPackage } from './optional-package.ts';

/** The package, as far as it is used here. */
interface Postgres {
  readonly Client: typeof Client;
  readonly DatabaseError: typeof DatabaseError;
}

const CHANNEL = 'siphon_locations';
/** Octets that a notification takes, with some room. */
const MAX_NOTE = 7900;
/** Longer ones do not fit into an index; what stands for them is their hash. */
const MAX_KEY = 1000;
const PAGE = 500;
/** Commits wait for the disk: several at a time wait for it together. */
const WORKERS = 4;
/** An attempt does not outlive the patience of those who wait for it. */
const CONNECT_MS = 5000;
/** Names the right to make the table, which PostgreSQL does not let two processes do at the same time. */
const TABLE_LOCK = 7_420_560;
/** Errors that end the connection: it broke, or the server shuts down or starts. */
const CONNECTION_ERROR = /^(08|57P)/;

const CREATE = `BEGIN;
SELECT pg_advisory_xact_lock(${TABLE_LOCK});
CREATE TABLE IF NOT EXISTS siphon_locations (aor text COLLATE "C" PRIMARY KEY, document text NOT NULL);
COMMIT`;

const READ = 'SELECT document FROM siphon_locations WHERE aor = $1';
const SCAN = 'SELECT aor, document FROM siphon_locations WHERE aor > $1 ORDER BY aor LIMIT $2';

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
      connect: (events) => connect(pg, url, events),
    },
    env,
  );
};

/** One client listens to the changes of all processes; the others do the work, each one query at a time. */
async function connect(pg: Postgres, url: URL, { onNote, onLost }: StoreEvents): Promise<StoreConnection> {
  const clients: Client[] = [];
  const lanes = new Lanes();
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
    const client = new pg.Client({
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
    const workers: Client[] = [];
    for (let n = 0; n < WORKERS; n++) workers.push(await open());
    let turn = 0;
    const ask = async <R extends QueryResultRow>(
      sql: string,
      values: readonly unknown[],
    ): Promise<QueryResult<R>> => {
      const at = turn++ % WORKERS;
      const worker = workers[at] ?? listener;
      try {
        return await lanes.run(String(at), () => worker.query<R>(sql, [...values]));
      } catch (error) {
        if (error instanceof pg.DatabaseError && !CONNECTION_ERROR.test(error.code ?? ''))
          throw new StoreRefusal(error.message, { cause: error });
        throw error;
      }
    };
    return {
      read: async (key) => (await ask<{ document: string }>(READ, [indexKey(key)])).rows[0]?.document,
      swap: async (key, expected, next, note) => {
        const values = [indexKey(key), note];
        const { rowCount } = await (expected === undefined
          ? ask(INSERT, [...values, next])
          : next === undefined
            ? ask(DELETE, [...values, expected])
            : ask(UPDATE, [...values, next, expected]));
        return rowCount === 1;
      },
      scan: async (cursor = '') => {
        const { rows } = await ask<{ aor: string; document: string }>(SCAN, [cursor, PAGE]);
        return {
          documents: rows.map(({ document }) => document),
          cursor: rows.length < PAGE ? undefined : rows.at(-1)?.aor,
        };
      },
      ping: async () => {
        const working = workers.map((worker, at) => lanes.run(String(at), () => worker.query('SELECT 1')));
        await Promise.all([listener.query('SELECT 1'), ...working]);
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
