import { ContractError } from '../../app/contract/errors.ts';
import type { Decision, OperatorItem } from '../../app/contract/operator.ts';

export type FakeItem = OperatorItem & { readonly server: string };

/** What waits at fake servers: decisions are taken as a node would. */
export interface FakeOperator {
  readonly list: () => readonly FakeItem[];
  /** Something new arrives, or one that is known changes. */
  readonly put: (item: FakeItem) => void;
  /** The other side gives up. */
  readonly remove: (id: string) => void;
  readonly decide: (server: string, id: string, decision: Decision) => void;
}

export function anItem(input: Partial<FakeItem> = {}): FakeItem {
  return {
    id: 'call-1',
    server: 'desk',
    kind: 'call',
    state: 'ringing',
    method: 'INVITE',
    from: 'sip:alice@lab.test',
    fromName: 'Alice',
    to: 'sip:bob@127.0.0.1:5072',
    protocol: 'udp',
    source: '127.0.0.1:5071',
    callId: '0f1e2d3c-4b5a-4687@127.0.0.1',
    arrivedAtMs: Date.now() - 9000,
    deadlineAtMs: Date.now() + 21_000,
    summary: 'PCMU, PCMA, telephone-event on 127.0.0.1:40002, sendrecv',
    hops: 2,
    supports: ['100rel', 'timer'],
    sent: [{ atMs: Date.now() - 8900, text: '180 Ringing' }],
    sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n',
    choices: ['ring', 'early', 'answer', 'reject', 'redirect'],
    ...input,
  };
}

export function createFakeOperator(initial: readonly FakeItem[], changed: () => void): FakeOperator {
  let items = [...initial];
  const remove = (id: string): void => {
    items = items.filter((item) => item.id !== id);
    changed();
  };
  const put = (item: FakeItem): void => {
    const isKnown = items.some((i) => i.id === item.id);
    items = isKnown ? items.map((i) => (i.id === item.id ? item : i)) : [...items, item];
    changed();
  };
  return {
    list: () => items,
    put,
    remove,
    decide: (server, id, decision) => {
      const item = items.find((i) => i.server === server && i.id === id);
      if (item === undefined) throw new ContractError('gone', 'The caller has given up already.');
      const settled = { ...item };
      delete settled.deadlineAtMs;
      switch (decision.kind) {
        case 'ring':
        case 'early':
          put({ ...item, state: decision.kind === 'ring' ? 'ringing' : 'early' });
          break;
        case 'answer':
        case 'resume':
          if (item.kind === 'call')
            put({ ...settled, state: 'answered', choices: ['hold', 'transfer', 'hang-up'] });
          else remove(id);
          break;
        case 'hold':
          put({ ...settled, state: 'held', choices: ['resume', 'transfer', 'hang-up'] });
          break;
        case 'reject':
        case 'redirect':
        case 'transfer':
        case 'hang-up':
          remove(id);
          break;
      }
    },
  };
}
