import { formatAddress, withoutBrackets } from '../../../stack/core/address.ts';
import {
  LocationStoreError,
  type LocationStore,
  type StoredBinding,
} from '../../../stack/registrar/location-store.ts';
import type { Registrar } from '../../../stack/registrar/registrar.ts';
import { parseUri } from '../../../stack/message/uri.ts';
import { DEFAULT_PORTS } from '../../../stack/resolver/services.ts';
import { ContractError } from '../../contract/errors.ts';
import { MAX_STATE_ROWS, type NodeState, type RegistrationRow } from '../../contract/state.ts';

/** The bindings of a store: as many as are shown, without reading the others. */
export async function registrationsOf(store: LocationStore): Promise<NodeState['registrations']> {
  const rows: RegistrationRow[] = [];
  try {
    const { bindings: total } = await store.count();
    for await (const { bindings } of store.all()) {
      rows.push(...bindings.map(rowOf));
      if (rows.length >= MAX_STATE_ROWS) break;
    }
    return { total, rows: rows.slice(0, MAX_STATE_ROWS) };
  } catch (error) {
    if (!(error instanceof LocationStoreError)) throw error;
    return { total: 0, rows: [], failure: `The location store cannot be read: ${error.message}` };
  }
}

/**
 * Ends bindings as an administrator does: all of an address of record, or that of one contact.
 * @throws ContractError 'not-found' | 'gone' | 'conflict' when the store cannot be reached.
 */
export async function expireBinding(registrar: Registrar, aor: string, contact?: string): Promise<void> {
  try {
    const live = await registrar.store.bindings(aor);
    if (live.length === 0) throw new ContractError('not-found', `Nothing is registered for ${aor}.`);
    if (contact !== undefined && !live.some(({ contactUri }) => contactUri === contact))
      throw new ContractError('gone', `${aor} has no binding to ${contact} any more.`);
    await registrar.remove(aor, 'deactivated', contact);
  } catch (error) {
    if (!(error instanceof LocationStoreError)) throw error;
    throw new ContractError('conflict', `The location store cannot be reached: ${error.message}`);
  }
}

function rowOf(binding: StoredBinding): RegistrationRow {
  const { aor, contactUri, expiresAtMs, updatedAtMs, q, flow, userAgent, instanceId, regId } = binding;
  const { host, port, params } = parseUri(contactUri);
  const isTls = params.get('transport')?.toLowerCase() === 'tls';
  const contactAddress = {
    host: withoutBrackets(host),
    port: port ?? (isTls ? DEFAULT_PORTS.tls : DEFAULT_PORTS.udp),
  };
  return {
    aor,
    contact: contactUri,
    expiresAtMs,
    grantedSec: Math.max(0, Math.round((expiresAtMs - updatedAtMs) / 1000)),
    q,
    protocol: flow?.protocol ?? params.get('transport')?.toLowerCase() ?? 'udp',
    source: formatAddress(flow?.remote ?? contactAddress),
    path: [...binding.path],
    callId: binding.callId,
    cseq: binding.cseq,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(instanceId === undefined ? {} : { instance: instanceId }),
    ...(regId === undefined ? {} : { regId }),
  };
}
