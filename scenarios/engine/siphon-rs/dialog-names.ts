/** Methods that belong to a call when there is one. */
const IN_CALL = ['ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE', 'INFO', 'REFER', 'NOTIFY'];

/**
 * In which dialog a request of a file of siphon-rs goes. There every request has the same Call-ID and none a tag in To; here an INVITE begins a
 * call, what can only be about a call goes into the last one (of the same URI, where there is one), and a subscription is one for each URI.
 */
export class DialogNames {
  /** Dialogs of calls and subscriptions with their URIs, the latest first. */
  readonly #calls: { readonly uri: string; readonly name: string }[] = [];
  readonly #subscriptions = new Map<string, string>();
  readonly #ends = new Map<string, string>();
  readonly #hasCalls: boolean;

  constructor(sends: readonly { readonly method: string }[]) {
    this.#hasCalls = sends.some(({ method }) => method === 'INVITE');
  }

  /** @returns the dialog, and whether the request before it there was to somebody else. */
  take(method: string, uri: string): { readonly name: string; readonly isOtherEnd: boolean } {
    const name = this.#nameFor(method, uri);
    const before = this.#ends.get(name);
    this.#ends.set(name, uri);
    return { name, isOtherEnd: before !== undefined && before !== uri };
  }

  #nameFor(method: string, uri: string): string {
    if (method === 'INVITE') {
      const name = this.#calls.length === 0 ? 'main' : `call${this.#calls.length + 1}`;
      this.#calls.unshift({ uri, name });
      return name;
    }
    if (method === 'SUBSCRIBE') {
      const name = this.#subscriptions.get(uri) ?? `subscription${this.#subscriptions.size + 1}`;
      this.#subscriptions.set(uri, name);
      return name;
    }
    if (IN_CALL.includes(method)) {
      const call = this.#calls.find((one) => one.uri === uri) ?? this.#calls[0];
      if (call !== undefined) return call.name;
    }
    return this.#hasCalls ? 'requests' : 'main';
  }
}
