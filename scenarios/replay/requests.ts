import { AuthExchange } from '../../stack/auth/auth-exchange.ts';
import type { CredentialStore } from '../../stack/auth/credential-store.ts';
import { fromHeader, toHeader } from '../../stack/message/headers/name-addr.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { octetText, toBytes } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import type { ReplayStep } from './plan.ts';
import { rewritten, type Rewrite } from './rewrite.ts';

type Lines = readonly (readonly [name: string, value: string])[];

/** Answers challenges of the live peer for requests that were recorded with the answers to others. @rfc 3261 §22 */
export class ReplayCredentials {
  readonly #store: CredentialStore | undefined;
  /** What is under way, by lane, Call-ID and method. */
  readonly #exchanges = new Map<string, AuthExchange>();

  constructor(store: CredentialStore | undefined) {
    this.#store = store;
  }

  /** The octets of a request, with credentials for the peer of now where it was recorded with some, or `isAgain`. */
  request(step: ReplayStep, what: Rewrite, isAgain: boolean): Uint8Array {
    const plain = rewritten(what);
    if (this.#store === undefined) return toBytes(plain);
    const key = keyOf(step);
    const exchange = this.#exchanges.get(key) ?? new AuthExchange(this.#store);
    this.#exchanges.set(key, exchange);
    const lines = exchange.lines(authRequest(parseMessage(toBytes(plain))));
    const credentials: Lines | undefined =
      lines.length > 0 && (isAgain || hasCredentials(step.message)) ? lines : undefined;
    return toBytes(credentials === undefined ? plain : rewritten({ ...what, credentials }));
  }

  /** @returns whether the request is to go out once more. */
  canAnswer(step: ReplayStep, response: SipMessage): boolean {
    return this.#exchanges.get(keyOf(step))?.challenged(response).kind === 'retry';
  }

  /** It was answered otherwise. */
  settle(step: ReplayStep): void {
    this.#exchanges.delete(keyOf(step));
  }
}

export const hasCredentials = (message: SipMessage): boolean =>
  message.first('Authorization') !== undefined || message.first('Proxy-Authorization') !== undefined;

const keyOf = ({ lane, callId: id, method }: ReplayStep): string => `${lane.address} ${id} ${method}`;

function authRequest(message: SipMessage) {
  const { startLine, body, bytes } = message;
  const uri = startLine.kind === 'request' ? startLine.uri : '';
  return {
    method: startLine.kind === 'request' ? startLine.method : '',
    uri,
    body: octetText(bytes, body.start, body.end),
    callId: callId(message) ?? '',
    from: fromHeader(message)?.uri ?? '',
    to: toHeader(message)?.uri ?? '',
    nextHop: uri,
  };
}
