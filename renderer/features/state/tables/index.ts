import { TABLE_IDS, type TableId } from '../state-rows.ts';
import { connections } from './connections.tsx';
import { dialogs } from './dialogs.tsx';
import { lookups } from './lookups.tsx';
import { registrations } from './registrations.tsx';
import { subscriptions } from './subscriptions.tsx';
import type { StateTable } from './table.ts';
import { transactions } from './transactions.tsx';

const BY_ID: Readonly<Record<TableId, StateTable>> = {
  registrations,
  dialogs,
  transactions,
  subscriptions,
  connections,
  lookups,
};

/** The tables there are, in the order of their tabs. */
export const TABLES: readonly StateTable[] = TABLE_IDS.map((id) => BY_ID[id]);

export const tableOf = (id: TableId): StateTable => BY_ID[id];
