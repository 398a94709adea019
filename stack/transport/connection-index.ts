import { formatAddress, type Address } from '../core/address.ts';
import { isIdentityOf } from './peer-identity.ts';
import type { StreamConnection } from './stream-connection.ts';
import type { Target } from './transport.ts';

/** Finds the connection that a message may go over. @rfc 3261 §18.1.1, RFC 5923 §5 */
export class ConnectionIndex {
  /** Names count where certificates prove them. */
  readonly #hasNames: boolean;
  /** Those that take messages. */
  readonly #byId = new Map<string, StreamConnection>();
  /** Those that take new requests: by remote address and the name they were dialled for. */
  readonly #byRemote = new Map<string, StreamConnection>();
  /** Accepted ones by the address their peer listens on. */
  readonly #byAlias = new Map<string, StreamConnection>();
  readonly #aliases = new Map<StreamConnection, Set<string>>();
  readonly #owners = new Map<StreamConnection, string>();
  /** Those that are for one owner only, half closed ones too. */
  readonly #byOwner = new Map<string, Set<StreamConnection>>();

  constructor(hasNames: boolean) {
    this.#hasNames = hasNames;
  }

  get(id: string): StreamConnection | undefined {
    return this.#byId.get(id);
  }

  /** @param owner - who alone is given it. */
  add(connection: StreamConnection, remote: Address, owner: string | undefined): void {
    this.#byId.set(connection.id, connection);
    const key = this.#key(remote, connection.serverName);
    if (owner === undefined) {
      this.#byRemote.set(key, connection);
      return;
    }
    this.#byRemote.set(ownedKey(owner, key), connection);
    const owned = this.#byOwner.get(owner);
    if (owned === undefined) this.#byOwner.set(owner, new Set([connection]));
    else owned.add(connection);
    this.#owners.set(connection, owner);
  }

  /** The connections that are for this owner only. */
  ownedBy(owner: string): readonly StreamConnection[] {
    return [...(this.#byOwner.get(owner) ?? [])];
  }

  /** It takes no new requests any more. */
  retire(connection: StreamConnection): void {
    const owner = this.#owners.get(connection);
    const plain = this.#key(connection.remote, connection.serverName);
    const key = owner === undefined ? plain : ownedKey(owner, plain);
    if (this.#byRemote.get(key) === connection) this.#byRemote.delete(key);
    for (const alias of this.#aliases.get(connection) ?? [])
      if (this.#byAlias.get(alias) === connection) this.#byAlias.delete(alias);
    this.#aliases.delete(connection);
  }

  /** It takes nothing any more. */
  remove(connection: StreamConnection): void {
    this.#byId.delete(connection.id);
    this.retire(connection);
    const owner = this.#owners.get(connection);
    if (owner === undefined) return;
    this.#owners.delete(connection);
    const owned = this.#byOwner.get(owner);
    owned?.delete(connection);
    if (owned?.size === 0) this.#byOwner.delete(owner);
  }

  /** The peer listens on this port of its host, and requests to it may come over this connection. @rfc 5923 §5 */
  alias(id: string, port: number): void {
    const connection = this.#byId.get(id);
    if (connection?.origin !== 'accepted') return;
    const key = formatAddress({ host: connection.remote.host, port });
    let own = this.#aliases.get(connection);
    if (own === undefined) this.#aliases.set(connection, (own = new Set()));
    if (own.size >= MAX_ALIASES && !own.has(key)) return;
    own.add(key);
    // Whoever is behind the same address translator cannot take over the alias of another that is there.
    if (!this.#byAlias.has(key)) this.#byAlias.set(key, connection);
  }

  find(target: Target): StreamConnection | undefined {
    const { address, connectionId, serverName, sharing = 'shared', owner } = target;
    const named = connectionId === undefined ? undefined : this.#byId.get(connectionId);
    if (sharing === 'flow') return named;
    if (named !== undefined && this.#mayCarry(named, serverName)) return named;
    const key = this.#key(address, serverName);
    if (owner !== undefined) return this.#byRemote.get(ownedKey(owner, key));
    const known = this.#byRemote.get(key);
    if (known !== undefined) return known;
    const alias = this.#byAlias.get(formatAddress(address));
    return alias !== undefined && this.#isFor(alias, serverName ?? address.host) ? alias : undefined;
  }

  /** Who names a connection that a peer opened without proving anything knows from a dialog or binding who is there. */
  #mayCarry(named: StreamConnection, serverName: string | undefined): boolean {
    const isAnonymous = named.origin === 'accepted' && named.tls?.isAuthorized !== true;
    return isAnonymous || this.#isFor(named, serverName);
  }

  /** A connection made or proved for another name is not used. @rfc 5922 §4, RFC 5923 §6 */
  #isFor(connection: StreamConnection, serverName: string | undefined): boolean {
    if (!this.#hasNames || serverName === undefined) return true;
    if (connection.origin === 'dialled')
      return connection.serverName?.toLowerCase() === serverName.toLowerCase();
    const { tls } = connection;
    return tls?.isAuthorized === true && tls.peer !== undefined && isIdentityOf(tls.peer, serverName);
  }

  #key(address: Address, serverName: string | undefined): string {
    const name = this.#hasNames && serverName !== undefined ? ` ${serverName.toLowerCase()}` : '';
    return formatAddress(address) + name;
  }
}

function ownedKey(owner: string, key: string): string {
  return `${key} of ${owner}`;
}

/** A peer needs one for each of its listeners, not more. */
const MAX_ALIASES = 4;
