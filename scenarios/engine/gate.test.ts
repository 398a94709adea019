import { describe, expect, it } from 'vitest';
import { nodeHashes } from '../../stack/auth/node/hashes.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { createAgentLab } from '../../stack/testing/agent-lab.ts';
import { compile } from './compile.ts';
import { Gate, type RunView } from './gate.ts';
import { run } from './run.ts';
import { RunTrace } from './run-trace.ts';
import type { Verdict } from './verdict.ts';

const CALL = `version: 1
name: Call
timeout: 4 s
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - send: INVITE
      - expect: 180
      - set: { rung: true }
      - expect: 200
      - repeat:
          times: 2
          steps:
            - wait: 1 s
      - bye: {}
  bob:
    steps:
      - expect: INVITE
      - send: 180
      - wait: 1 s
      - answer: {}
      - expect: BYE
      - send: 200
`;

/** A run under a debugger in virtual time, which goes on as the test says. `at` says where each actor is held. */
function debugged(text: string, isDebugged = true) {
  const lab = createAgentLab();
  const gate = new Gate();
  const trace = new RunTrace();
  const controller = new AbortController();
  const compiled = compile(text);
  if (!compiled.isValid) throw new Error(compiled.diagnostics[0]?.message);
  const names = compiled.program.actors.map(({ name }) => name);
  let view: RunView | undefined;
  let verdict: Verdict | undefined;
  void run(compiled.program, {
    clock: lab.clock,
    ids: createIds('debugged'),
    hashes: nodeHashes,
    bind: ({ transport }, name) =>
      lab.network.bind(transport, { host: `10.1.0.${names.indexOf(name) + 1}`, port: 5060 }),
    trace,
    signal: controller.signal,
    ...(isDebugged && { gate }),
    onProgress: (now) => {
      view = now;
    },
  }).then((reached) => {
    verdict = reached;
  });
  // What is on its way comes, over a network in the same time.
  const settle = (): Promise<void> => lab.clock.advanceAsync(20);
  return {
    gate,
    trace,
    clock: lab.clock,
    settle,
    stop: () => {
      controller.abort();
    },
    /** Lets actors do a step, one after the other. */
    step: async (...actors: readonly string[]) => {
      for (const actor of actors) {
        gate.step(actor);
        await settle();
      }
    },
    end: async (): Promise<Verdict> => {
      for (let seconds = 0; verdict === undefined && seconds < 600; seconds++)
        await lab.clock.advanceAsync(1000);
      if (verdict === undefined) throw new Error('it has not ended');
      return verdict;
    },
    at: () => Object.fromEntries((view?.held ?? []).map(({ actor, step }) => [actor, step.title])),
    view: () => view,
    verdict: () => verdict,
  };
}

describe('the gate', () => {
  it('holds every actor before each step, and says where it is', async () => {
    const { settle, step, gate, at, view } = debugged(CALL);
    await settle();
    expect(at()).toEqual({ alice: 'send INVITE', bob: 'expect INVITE' });
    await step('alice');
    expect(at()).toEqual({ alice: 'expect 180', bob: 'expect INVITE' });
    expect(view()?.variables['rung']).toBeUndefined();
    await step('bob');
    expect(at()).toEqual({ alice: 'expect 180', bob: 'send 180' });
    expect(gate.step()).toBe(true);
    await settle();
    expect(at()).toEqual({ alice: 'set', bob: 'wait 1 s' });
    await step('alice');
    expect(view()?.variables['rung']).toBe(true);
    expect(view()?.dialogs).toMatchObject([
      { actor: 'alice', name: 'main', state: 'early', remoteTag: expect.stringMatching(/./) as string },
      { actor: 'bob', name: 'main', state: 'early' },
    ]);
    expect(gate.step('carol')).toBe(false);
  });

  it('keeps time still while an actor is held: nothing times out, nothing is sent again, what comes is kept', async () => {
    const { settle, step, clock, trace, at, verdict } = debugged(CALL);
    await settle();
    await step('alice', 'alice');
    expect(at()).toEqual({ bob: 'expect INVITE' });
    await clock.advanceAsync(600_000);
    expect(verdict()).toBeUndefined();
    expect(trace.messages.filter(({ direction }) => direction === 'out')).toHaveLength(1);
    await step('bob');
    expect(at()).toEqual({ bob: 'send 180' });
  });

  it('runs to the same verdict when it is opened, with the time that was held left out', async () => {
    const { gate, settle, clock, end, at, trace } = debugged(CALL);
    await settle();
    await clock.advanceAsync(60_000);
    expect(at()).toEqual({ alice: 'send INVITE', bob: 'expect INVITE' });
    gate.open();
    const verdict = await end();
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    expect(verdict.tookMs).toBeLessThan(5000);
    expect(Math.max(...trace.messages.map(({ atMs }) => atMs))).toBeLessThan(5000);
    const free = await debugged(CALL, false).end();
    expect(verdict.steps.map(({ step }) => step.id)).toEqual(free.steps.map(({ step }) => step.id));
    expect(clock.pending).toBe(0);
  });

  it('stops at every round of a loop, and once for a verb', async () => {
    const { settle, gate, at, end, verdict } = debugged(`version: 1
name: Rounds
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - repeat: { times: 2, steps: [{ log: "\${round}" }] }
      - message: { text: hello }
  bob:
    steps:
      - expect: MESSAGE
      - send: 200
`);
    const stops: string[] = [];
    await settle();
    for (let n = 0; n < 20 && verdict() === undefined; n++) {
      const { alice } = at();
      if (alice !== undefined) stops.push(alice);
      gate.step();
      await settle();
    }
    expect(await end()).toMatchObject({ outcome: 'pass' });
    expect(stops).toEqual(['repeat', 'log ${round}', 'log ${round}', 'message: send MESSAGE']);
  });

  it('is stopped while it is held: the call is cancelled', async () => {
    const { settle, step, stop, end, at, trace, clock } = debugged(CALL);
    await settle();
    await step('alice', 'bob', 'bob');
    expect(at()).toEqual({ alice: 'expect 180', bob: 'wait 1 s' });
    stop();
    expect(await end()).toMatchObject({ outcome: 'stopped' });
    const sent = trace.messages.map(({ bytes }) => /^\S+/.exec(new TextDecoder().decode(bytes))?.[0]);
    expect(sent).toContain('CANCEL');
    expect(clock.pending).toBe(0);
  });
});
