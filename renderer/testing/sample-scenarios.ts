import type { RunMessage, RunStep, ScenarioRun } from '../../app/contract/scenario-run.ts';
import { fakeOutline, type FakeScenarioOptions, SAMPLE_SCENARIO } from './fake-scenarios.ts';

const CALL = `version: 1
name: Call and re-INVITE
description: A call that is put on hold, and taken back.
variables:
  talk: 500 ms
actors:
  alice:
    target: \${target}
    steps:
      - send: INVITE
      - expect: 100
      - expect: 180
      - expect: 200
      - send: ACK
      - wait: 500 ms
      - send: INVITE
      - expect: 200
      - send: ACK
      - send: BYE
      - expect: 200
`;

/** A folder of a few files, one with a run that failed. */
export function sampleScenarios(): FakeScenarioOptions {
  const path = 'calls/re-invite.yaml';
  const steps = fakeOutline(CALL).steps;
  const done = (at: number, atMs: number, more: Partial<RunStep> = {}): RunStep => ({
    id: steps[at]?.id ?? '',
    actor: 'alice',
    title: steps[at]?.title ?? '',
    line: steps[at]?.line ?? 1,
    outcome: 'pass',
    atMs,
    tookMs: 2,
    ...more,
  });
  const message = (at: number, atMs: number, title: string, hasSdp = false): RunMessage => {
    const status = /^\d{3}/.exec(title)?.[0];
    return {
      actor: 'alice',
      direction: steps[at]?.kind === 'send' ? 'out' : 'in',
      peer: '127.0.0.1:5060',
      atMs,
      title,
      method: 'INVITE',
      ...(status === undefined ? {} : { status: Number(status) }),
      hasSdp,
      stepId: steps[at]?.id ?? '',
      text: '',
    };
  };
  const run: ScenarioRun = {
    id: 'run-1',
    path,
    name: 'Call and re-INVITE',
    startedAtMs: Date.now() - 254_000,
    state: 'ended',
    paused: [],
    steps: [
      done(0, 0),
      done(1, 4),
      done(2, 8),
      done(3, 712),
      done(4, 713),
      done(5, 1213),
      done(6, 1214),
      done(7, 1226, {
        outcome: 'fail',
        reason: 'Expected 200 to the INVITE within 32 s; 488 Not Acceptable Here came after 12 ms.',
        hint: 'The peer refuses the offer: compare its codecs with those of the first INVITE.',
      }),
    ],
    messages: [
      message(0, 0, 'INVITE', true),
      message(1, 4, '100 Trying'),
      message(2, 8, '180 Ringing'),
      message(3, 712, '200 OK', true),
      message(4, 713, 'ACK'),
      message(6, 1214, 'INVITE', true),
      message(7, 1226, '488 Not Acceptable Here'),
    ],
    variables: { talk: '500 ms', target: 'sip:bob@127.0.0.1:5060', target_user: 'bob' },
    dialogs: [
      {
        actor: 'alice',
        name: 'main',
        state: 'ended',
        callId: '3c26a7f0-84de-4b1f@127.0.0.1',
        localTag: '1928301774',
        remoteTag: 'a6c85cf',
      },
    ],
    verdict: { outcome: 'fail', reason: 'Expected 200 to the INVITE.', tookMs: 1240 },
  };
  return {
    files: {
      'calls/busy.yaml': SAMPLE_SCENARIO,
      'calls/broken.yaml': SAMPLE_SCENARIO.replace('- wait: 1 s', '- oops: 1 s'),
      'calls/cancel-while-it-rings.yaml': SAMPLE_SCENARIO,
      [path]: CALL,
      'register/digest-sha-256.yaml': SAMPLE_SCENARIO,
      'smoke.yaml': SAMPLE_SCENARIO,
    },
    runs: [run, { ...run, id: 'run-0', path: 'calls/busy.yaml', verdict: { outcome: 'pass', tookMs: 210 } }],
  };
}
