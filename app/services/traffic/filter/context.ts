import type { SipMessage } from '../../../../stack/message/message.ts';
import { parseMessage } from '../../../../stack/message/parse.ts';
import type { DialogRecord, StoredMessage } from '../store/records.ts';

const MAX_PARSED = 64;

/** What clauses share while one dialog is looked at, so that several of them parse a message once. */
export class FilterContext {
  readonly #serverName: (serverId: string) => string;
  #dialog: DialogRecord | undefined;
  #parsed = new Map<number, SipMessage>();

  constructor(serverName: (serverId: string) => string) {
    this.#serverName = serverName;
  }

  parsed(message: StoredMessage): SipMessage {
    if (this.#dialog !== message.dialog || this.#parsed.size >= MAX_PARSED) {
      this.#dialog = message.dialog;
      this.#parsed.clear();
    }
    let parsed = this.#parsed.get(message.id);
    if (!parsed) this.#parsed.set(message.id, (parsed = parseMessage(message.bytes)));
    return parsed;
  }

  serverName(message: StoredMessage): string {
    return this.#serverName(message.flow.serverId);
  }
}
