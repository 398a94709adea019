import type { HeaderLine } from '../agent/header-line.ts';
import type { ResponseResult } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import { successOf } from '../events/dialog-end.ts';
import { cseq } from '../message/headers/cseq.ts';
import type { SipMessage } from '../message/message.ts';
import { requestOptions, respondWith, type Relayed } from './relay.ts';
import { crossedReferTo } from './transfer.ts';

/**
 * What NOTIFYs of a REFER are called on each leg: their id is the CSeq number of the REFER, and that is another one on each leg.
 * @rfc 3515 §2.4.6
 */
export class ReferIds {
  /** By the leg that notifies. */
  readonly #ids = new Map<Session, Map<string, string>>();
  /** The REFER that waits for its answer, by the leg it went to. */
  readonly #open = new Map<Session, string>();

  /** A REFER goes to a leg. */
  asked(target: Session, refer: SipMessage): void {
    this.#open.set(target, numberOf(refer));
  }

  /** It was answered there. */
  answered(target: Session, refer: SipMessage, response: SipMessage | undefined): void {
    this.#open.delete(target);
    if (response === undefined) return;
    const ids = this.#ids.get(target) ?? new Map<string, string>();
    this.#ids.set(target, ids.set(numberOf(response), numberOf(refer)));
  }

  /** The value of Event for the leg that referred. */
  translated(notifier: Session, event: string): string {
    return event.replace(/(;\s*id\s*=\s*)([^;\s]+)/i, (all: string, name: string, id: string) => {
      const own = this.#ids.get(notifier)?.get(id) ?? this.#open.get(notifier);
      return own === undefined ? all : `${name}${own}`;
    });
  }
}

/** INFO, MESSAGE, OPTIONS, REFER and NOTIFY in the dialog: the other leg is asked, and its answer is the answer. @rfc 7092 §3.2, RFC 6086, RFC 3515 */
export function relayOther(relayed: Relayed, refers: ReferIds): void {
  const { request, source, target } = relayed;
  const { method, message } = request;
  const options = requestOptions(relayed, request);
  const isRefer = method === 'REFER';
  const crossed = isRefer ? crossedReferTo(message, target) : undefined;
  const headers = options.headers.map((line): HeaderLine => {
    if (line[0] === 'Event') return ['Event', refers.translated(source, line[1])];
    return line[0] === 'Refer-To' ? (crossed ?? line) : line;
  });
  if (isRefer) refers.asked(target, message);
  target.send(
    method,
    { ...options, headers },
    {
      onResult: (result) => {
        if (isRefer) refers.answered(target, message, successOf(result));
        const { onReferRefused } = relayed.policies;
        if (isRefer && isUnknown(result) && onReferRefused !== undefined) onReferRefused(request);
        else respondWith(relayed, request, result);
      },
    },
  );
}

/** The other leg knows no such method. */
function isUnknown(result: ResponseResult): boolean {
  return result.kind === 'response' && (result.status === 405 || result.status === 501);
}

function numberOf(message: SipMessage): string {
  return String(cseq(message)?.number ?? 0);
}
