import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import type { Ids } from '../core/ids.ts';
import { cseq } from '../message/headers/cseq.ts';
import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import { octetText } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { LoopNetwork } from '../testing/loop-network.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { requestBytes, responseBytes } from '../testing/sip-messages.ts';
import { TransactionLayer } from './layer.ts';
import {
  DEFAULT_TIMING,
  type ClientTransaction,
  type ClientTransactionUser,
  type Route,
  type ServerTransaction,
  type TransactionCore,
} from './types.ts';

/*
 * Two layers over a network that loses, doubles and overtakes: retransmission brings every transaction to its end.
 * Verified: each request reaches the server's user once and each gets its final response; nothing is left on either side; the same seed
 * gives the same octets at the same times.
 * Not here: 2xx to INVITE and its ACK, which the cores retransmit.
 */

const CLIENT = { host: '10.0.0.1', port: 5060 };
const SERVER = { host: '10.0.0.2', port: 5060 };
const COUNT = 400;
const GAP_MS = 25;
/** Longest life: 64*T1 of a retransmitted request, then 64*T1 of timer J or D. */
const LONGEST_MS = 2 * 64 * DEFAULT_TIMING.t1Ms + 10_000;

interface Outcome {
  readonly finals: ReadonlyMap<string, number[]>;
  readonly failures: readonly string[];
  readonly seen: ReadonlyMap<string, number>;
  readonly wire: readonly string[];
}

/** What differs between the kinds of requests. */
interface Kind {
  readonly method: string;
  serve(transaction: ServerTransaction, answer: (status: number) => void, clock: ManualClock): void;
  started?(transaction: ClientTransaction, clock: ManualClock): void;
}

const KINDS = {
  'OPTIONS answered at once': {
    method: 'OPTIONS',
    serve: (_, answer) => {
      answer(200);
    },
  },
  'INFO answered after 5 s': {
    method: 'INFO',
    serve: (_, answer, clock) => {
      clock.after(5000, () => {
        answer(200);
      });
    },
  },
  'INVITE that rings and is refused': {
    method: 'INVITE',
    serve: (_, answer, clock) => {
      clock.after(300, () => {
        answer(180);
      });
      clock.after(2000, () => {
        answer(486);
      });
    },
  },
  'INVITE that is cancelled': {
    method: 'INVITE',
    serve: (transaction, answer) => {
      answer(180);
      transaction.user = {
        onCancelled: () => {
          answer(487);
        },
      };
    },
    started: (transaction, clock) => {
      clock.after(1000, () => {
        transaction.cancel();
      });
    },
  },
} as const satisfies Record<string, Kind>;

function run(kind: Kind, seed: string): Outcome {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds(`${seed}/network`) });
  network.impair({ delayMs: 20, jitterMs: 30, loss: 0.05, duplicate: 0.05, reorder: 0.05 });
  const wire: string[] = [];
  network.dropIf(({ bytes, from }) => {
    wire.push(`${clock.now()} ${from.host} ${octetText(bytes)}`);
    return false;
  });
  const seen = new Map<string, number>();
  const server = createLayer(network, clock, SERVER, createIds(`${seed}/server`), {
    onRequest: (transaction) => {
      const { message, received } = transaction.incoming;
      const id = callId(message) ?? '';
      seen.set(id, (seen.get(id) ?? 0) + 1);
      const answer = (status: number): void => {
        transaction.respond(status, responseBytes(message, status, { source: received.from }));
      };
      kind.serve(transaction, answer, clock);
    },
  });
  const ids = createIds(`${seed}/client`);
  const client = createLayer(network, clock, CLIENT, ids, {});
  const finals = new Map<string, number[]>();
  const failures: string[] = [];
  for (let n = 0; n < COUNT; n++) {
    clock.after(n * GAP_MS, () => {
      const bytes = newRequest(kind.method, ids);
      const message = parseMessage(bytes);
      const user = userOf(message, finals, failures);
      const transaction = client.layer.request(bytes, message, client.routeTo(SERVER), user);
      kind.started?.(transaction, clock);
    });
  }
  clock.runAll(COUNT * GAP_MS + LONGEST_MS);
  for (const { layer } of [client, server]) {
    expect(layer.stats).toMatchObject({
      serverTransactions: 0,
      clientTransactions: 0,
      completedTransactions: 0,
      unusableMessages: 0,
      transportFailures: 0,
    });
    layer.dispose();
  }
  expect(clock.pending).toBe(0);
  expect(network.stats.lost).toBeGreaterThan(0);
  expect(client.layer.stats.retransmissionsSent).toBeGreaterThan(0);
  expect(server.layer.stats.retransmissionsReceived).toBeGreaterThan(0);
  return { finals, failures, seen, wire };
}

function createLayer(
  network: LoopNetwork,
  clock: ManualClock,
  address: typeof CLIENT,
  ids: Ids,
  core: Partial<TransactionCore>,
) {
  const transport = network.bind('udp', address);
  const layer = new TransactionLayer({
    clock,
    ids,
    timing: DEFAULT_TIMING,
    core: {
      onRequest: unexpected,
      onAck: unexpected,
      onStrayResponse: unexpected,
      onUnusable: unexpected,
      ...core,
    },
  });
  layer.addTransport(transport);
  return { layer, routeTo: (to: typeof SERVER): Route => ({ transport, target: { address: to } }) };
}

function newRequest(method: string, ids: Ids): Uint8Array {
  return requestBytes(method, {
    branch: ids.branch(),
    sentBy: `${CLIENT.host}:${CLIENT.port}`,
    from: `<sip:alice@example.com>;tag=${ids.tag()}`,
    callId: ids.callId(),
    cseq: ids.cseq(),
  });
}

function userOf(
  message: SipMessage,
  finals: Map<string, number[]>,
  failures: string[],
): ClientTransactionUser {
  const id = callId(message) ?? '';
  finals.set(id, []);
  return {
    onResponse: (response) => {
      const { startLine } = response.message;
      expect(cseq(response.message)).toEqual(cseq(message));
      if (startLine.kind === 'response' && startLine.status >= 200) finals.get(id)?.push(startLine.status);
    },
    onTimeout: () => failures.push(`${id} timed out`),
    onTransportFailed: ({ code }) => failures.push(`${id} failed: ${code}`),
  };
}

function unexpected(): never {
  throw new Error('nothing of the kind was to come');
}

describe.each(Object.entries<Kind>(KINDS))(
  '%s over 5 %% loss, duplication and reordering (RFC 3261 §17)',
  (name, kind) => {
    it('ends with one final response each, and leaves nothing', () => {
      const { finals, failures, seen } = run(kind, name);
      expect(failures).toEqual([]);
      const status = kind.method === 'INVITE' ? (name.includes('cancelled') ? 487 : 486) : 200;
      expect([...finals.values()]).toEqual(Array.from({ length: COUNT }, () => [status]));
      expect([...seen.keys()].sort()).toEqual([...finals.keys()].sort());
      expect(new Set(seen.values())).toEqual(new Set([1]));
    });

    it('is the same run, octet for octet, under the same seed', () => {
      expect(run(kind, 'same').wire).toEqual(run(kind, 'same').wire);
      expect(run(kind, 'other').wire).not.toEqual(run(kind, 'same').wire);
    });
  },
);
