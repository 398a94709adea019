import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransactionHarness, type HarnessOptions } from '../testing/transaction-harness.ts';
import { INVITE_CLIENT } from './invite-client-fsm.ts';
import { INVITE_SERVER } from './invite-server-fsm.ts';
import { NON_INVITE_CLIENT } from './non-invite-client-fsm.ts';
import { NON_INVITE_SERVER } from './non-invite-server-fsm.ts';
import { TransportError } from '../transport/transport.ts';

/*
 * Every machine: each state against each input, and random sequences of inputs.
 * Verified here: the rows carry an RFC section, the interpreter does what the table says, nothing happens where the table is empty.
 * Not here: that the table is the RFC's; the tests of the four machines say that with exact times.
 */

/** What the suite needs of a machine: one live transaction, and a way to give it each input. */
interface Subject {
  readonly harness: TransactionHarness;
  state(): string;
  feed(input: string): void;
}

function inviteClient(options?: HarnessOptions): Subject {
  const harness = new TransactionHarness(options);
  const tx = harness.inviteClient();
  const statuses: Record<string, number> = { 'recv-1xx': 180, 'recv-2xx': 200, 'recv-3xx-6xx': 486 };
  return {
    harness,
    state: () => tx.state,
    feed: (input) => {
      const status = statuses[input];
      if (input === 'transport-error') tx.refuse(new TransportError('refused', 'refused'));
      else if (input === 'connection-lost') tx.connectionLost(new TransportError('closed', 'gone'));
      else if (status !== undefined) tx.receive(status, harness.response(status));
      else tx.input(INVITE_CLIENT.inputs.indexOf(input as 'start'));
    },
  };
}

function nonInviteClient(options?: HarnessOptions): Subject {
  const harness = new TransactionHarness(options);
  const tx = harness.nonInviteClient();
  const statuses: Record<string, number> = { 'recv-1xx': 100, 'recv-2xx-6xx': 404 };
  return {
    harness,
    state: () => tx.state,
    feed: (input) => {
      const status = statuses[input];
      if (input === 'transport-error') tx.refuse(new TransportError('refused', 'refused'));
      else if (input === 'connection-lost') tx.connectionLost(new TransportError('closed', 'gone'));
      else if (status !== undefined) tx.receive(status, harness.response(status));
      else tx.input(NON_INVITE_CLIENT.inputs.indexOf(input as 'start'));
    },
  };
}

function inviteServer(options?: HarnessOptions): Subject {
  const harness = new TransactionHarness(options);
  const tx = harness.inviteServer();
  const statuses: Record<string, number> = { 'send-1xx': 180, 'send-2xx': 200, 'send-3xx-6xx': 486 };
  return {
    harness,
    state: () => tx.state,
    feed: (input) => {
      const status = statuses[input];
      if (input === 'transport-error') harness.transport.fail('refused');
      else if (input === 'recv-ack') tx.receiveAck(harness.ack());
      else if (status !== undefined) tx.respond(status, harness.responseBytes(status));
      else tx.input(INVITE_SERVER.inputs.indexOf(input as 'recv-request'));
    },
  };
}

function nonInviteServer(options?: HarnessOptions): Subject {
  const harness = new TransactionHarness(options);
  const tx = harness.nonInviteServer();
  const statuses: Record<string, number> = { 'send-101-199': 183, 'send-408': 408, 'send-final': 200 };
  return {
    harness,
    state: () => tx.state,
    feed: (input) => {
      const status = statuses[input];
      if (input === 'transport-error') harness.transport.fail('refused');
      else if (status !== undefined) tx.respond(status, harness.responseBytes(status));
      else tx.input(NON_INVITE_SERVER.inputs.indexOf(input as 'recv-request'));
    },
  };
}

const MACHINES = [
  {
    machine: INVITE_CLIENT,
    create: inviteClient,
    begin: 'start',
    paths: {
      idle: [],
      calling: ['start'],
      proceeding: ['start', 'recv-1xx'],
      accepted: ['start', 'recv-2xx'],
      completed: ['start', 'recv-3xx-6xx'],
      terminated: ['start', 'timer-b'],
    },
  },
  {
    machine: NON_INVITE_CLIENT,
    create: nonInviteClient,
    begin: 'start',
    paths: {
      idle: [],
      trying: ['start'],
      proceeding: ['start', 'recv-1xx'],
      completed: ['start', 'recv-2xx-6xx'],
      terminated: ['start', 'timer-f'],
    },
  },
  {
    machine: INVITE_SERVER,
    create: inviteServer,
    begin: 'recv-request',
    paths: {
      idle: [],
      proceeding: ['recv-request', 'send-1xx'],
      accepted: ['recv-request', 'send-2xx'],
      completed: ['recv-request', 'send-3xx-6xx'],
      confirmed: ['recv-request', 'send-3xx-6xx', 'recv-ack'],
      terminated: ['recv-request', 'send-3xx-6xx', 'timer-h'],
    },
  },
  {
    machine: NON_INVITE_SERVER,
    create: nonInviteServer,
    begin: 'recv-request',
    paths: {
      idle: [],
      trying: ['recv-request'],
      proceeding: ['recv-request', 'unanswered', 'timer-late-100'],
      completed: ['recv-request', 'send-final'],
      terminated: ['recv-request', 'send-final', 'timer-j'],
    },
  },
] as const;

describe.each(MACHINES)('$machine.name transaction (RFC 3261 §17)', ({ machine, create, begin, paths }) => {
  const table: Partial<Record<string, Partial<Record<string, { next: string; rfc: string }>>>> =
    machine.table;
  const states = Object.entries<readonly string[]>(paths);
  const cells = states.flatMap(([state, path]) =>
    machine.inputs.map((input) => [state, input, path] as const),
  );

  it('has a way into each state', () => {
    expect(states.map(([state]) => state)).toEqual(machine.states);
  });

  it.each(cells)('%s x %s is a rule with an RFC section or is ignored', (state, input, path) => {
    const subject = create();
    for (const step of path) subject.feed(step);
    expect(subject.state()).toBe(state);
    const { harness } = subject;
    const before = {
      log: [...harness.log],
      fired: harness.transitions.length,
      timers: harness.clock.pending,
    };
    subject.feed(input);
    const row = table[state]?.[input];
    if (row === undefined) {
      expect(subject.state()).toBe(state);
      expect({
        log: harness.log,
        fired: harness.transitions.length,
        timers: harness.clock.pending,
      }).toEqual(before);
      return;
    }
    expect(row.rfc).toMatch(/^RFC (3261|4320|6026) §\d+(\.\d+)*$/);
    expect(subject.state()).toBe(row.next);
    expect(harness.transitions.slice(before.fired)).toMatchObject([
      { from: state, to: row.next, input, rfc: row.rfc, atMs: 0 },
    ]);
  });

  const inputs = fc.array(fc.constantFrom<string>(...machine.inputs), { maxLength: 30 });

  it.each([{ isReliable: false }, { isReliable: true }])(
    'never leaves terminated, and is silent before its start and after its end ($isReliable)',
    (options) => {
      fc.assert(
        fc.property(inputs, fc.boolean(), (sequence, startsRight) => {
          const subject = create(options);
          const { harness } = subject;
          for (const input of startsRight ? [begin, ...sequence] : sequence) {
            // A limit may refuse a request before it is sent.
            const wasIdle = subject.state() === 'idle' && table['idle']?.[input] === undefined;
            const wasOver = subject.state() === 'terminated';
            const entries = harness.log.length;
            subject.feed(input);
            if (wasIdle || wasOver) {
              expect([harness.log.length, harness.clock.pending]).toEqual([entries, 0]);
              expect(subject.state()).toBe(wasOver ? 'terminated' : 'idle');
            }
          }
          expect(harness.log.filter((entry) => entry.endsWith('terminated')).length).toBeLessThanOrEqual(1);
        }),
      );
    },
  );

  const unbounded = ['idle', 'proceeding', machine.name === 'non-INVITE server' ? 'trying' : ''];

  it('ends by its timers alone, but for a state that waits for its user or for the peer’s final response', () => {
    for (const [state, path] of states) {
      if (unbounded.includes(state) && machine.name !== 'non-INVITE client') continue;
      const subject = create();
      for (const step of path.length > 0 ? path : [begin]) subject.feed(step);
      subject.harness.clock.runAll(64_000);
      expect([state, subject.state(), subject.harness.clock.pending]).toEqual([state, 'terminated', 0]);
    }
  });
});
