import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ServerConfigInput } from '../../app/contract/server-config.ts';
import { servingLab } from '../../app/servers/testing/serving-lab.ts';
import { octetText } from '../../stack/message/octets.ts';
import { Gate } from '../engine/gate.ts';
import { RunTrace } from '../engine/run-trace.ts';
import { recordedOf, replayInMemory, type ReplayInMemory } from '../testing/replay-in-memory.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import type { RecordedMessage } from '../traffic/recorded.ts';
import { planReplay } from './plan.ts';
import type { ReplayView } from './replay.ts';

/* What was recorded is played again: against the same counterpart both ladders mean the same, against another each difference is named. */

const library = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../library/${name}.yaml`, import.meta.url)), 'utf8');

const users = (username: string) => (username === 'alice' ? { password: 'secret' } : undefined);
const labOf = (config: ServerConfigInput) => servingLab(config, config.auth === true ? { users } : {});
const UAS: ServerConfigInput = { mode: 'full-uas' };
const CLOSED: ServerConfigInput = { mode: 'full-uas', auth: true, authUsers: 'users.json' };

/** What a server at 10.0.0.1 sees of a scenario. */
async function recording(text: string, config: ServerConfigInput = UAS): Promise<readonly RecordedMessage[]> {
  const lab = labOf(config);
  try {
    const verdict = await runInMemory(text, { lab, variables: { target: 'sip:bob@10.0.0.1' } });
    expect(verdict.outcome, verdict.reason).toBe('pass');
    return lab.crossed.map(recordedOf);
  } finally {
    await lab.close();
  }
}

/** Plays it against a server at 10.0.0.1. */
async function played(
  messages: readonly RecordedMessage[],
  config: ServerConfigInput = UAS,
  options: Partial<ReplayInMemory> = {},
) {
  const lab = labOf(config);
  try {
    const { verdict, comparison } = await replayInMemory(messages, { lab, ...options });
    if (comparison === undefined) throw new Error(verdict.reason);
    return { verdict, ...comparison, crossed: lab.crossed };
  } finally {
    await lab.close();
  }
}

const titles = (arrows: readonly { readonly title: string }[]): readonly string[] =>
  arrows.map(({ title }) => title);
const CALL = ['INVITE', '100 Trying (INVITE)', '180 Ringing (INVITE)', '200 OK (INVITE)', 'ACK', 'BYE'];

describe('a replay against the same counterpart', () => {
  it('has no difference, and keeps the pauses of the recording', async () => {
    const messages = await recording(library('calls/basic'));
    const { verdict, arrows, rows, differences } = await played(messages);
    expect(differences).toEqual([]);
    expect(verdict).toMatchObject({ outcome: 'pass', scenario: 'Replay of alice' });
    expect(verdict.tookMs).toBeGreaterThanOrEqual(3000);
    expect(titles(arrows)).toEqual([...CALL, '200 OK (BYE)']);
    expect(rows.map(({ original, replayed, difference }) => [original, replayed, difference])).toEqual(
      rows.map((_, at) => [at, at, at === 1 ? 'aside' : 'equal']),
    );
  });

  it('takes no time when it is as fast as possible', async () => {
    const messages = await recording(library('calls/basic'));
    const { verdict } = await played(messages, UAS, { pace: 'fast' });
    expect(verdict.outcome).toBe('pass');
    expect(verdict.tookMs).toBeLessThan(1000);
  });

  it('makes Call-ID, tags and branches anew and keeps every other octet', async () => {
    const text = library('calls/basic').replace(
      '- send: INVITE',
      "- send: { method: INVITE, headers: { Subject: 'Caf\u00e9 at 10.1.0.1:5060', X-Odd: 'spaced   out' } }",
    );
    expect(text).toContain('X-Odd');
    const messages = await recording(text);
    const { arrows, differences } = await played(messages);
    expect(differences).toEqual([]);
    const [old, now] = [octetText(messages[0]?.bytes ?? new Uint8Array()), arrows[0]?.captured.bytes];
    const changed = old.split('\r\n').filter((line) => !octetText(now ?? new Uint8Array()).includes(line));
    expect(changed.map((line) => line.replace(/[:=].*/, ''))).toEqual([
      'Via',
      'From',
      'Call-ID',
      'Contact',
      'o',
      'c',
    ]);
  });

  it('answers the challenge of now with the credentials given', async () => {
    const messages = await recording(library('calls/digest'), CLOSED);
    const account = { user: 'alice', password: 'secret' };
    expect((await played(messages, CLOSED, { account })).differences).toEqual([]);
    const wrong = await played(messages, CLOSED, { account: { user: 'alice', password: 'no' } });
    expect(wrong.differences[0]).toMatch(
      /gets 401 Unauthorized \(INVITE\) .* where it got 180|200|gets no 180/,
    );
    expect(wrong.verdict.outcome).toBe('fail');
  });
});

describe('a replay against another counterpart', () => {
  it('names a refusal and what never came, acknowledges it and goes no further', async () => {
    const messages = await recording(library('calls/basic'));
    const { verdict, arrows, rows, differences } = await played(messages, {
      ...UAS,
      override: ['INVITE=486'],
    });
    expect(verdict.outcome).toBe('fail');
    expect(titles(arrows).filter((title) => !title.startsWith('100'))).toEqual([
      'INVITE',
      '486 Busy Here (INVITE)',
      'ACK',
    ]);
    expect(differences).toEqual([
      'alice gets no 180 Ringing (INVITE) from target any more (it was message 2).',
      expect.stringMatching(
        /^alice gets 486 Busy Here \(INVITE\) from target, where it got 200 OK \(INVITE\) before/,
      ),
      expect.stringMatching(/^ACK from alice to target/),
      'target gets no BYE from alice any more (it was message 5).',
      'alice gets no 200 OK (BYE) from target any more (it was message 6).',
    ]);
    expect(rows.filter(({ difference }) => difference === 'removed')).toHaveLength(3);
    expect(verdict.steps.at(-1)).toMatchObject({
      outcome: 'fail',
      reason: '486 Busy Here (INVITE) came where 200 OK (INVITE) was recorded',
    });
  });

  it('ends a call that was refused then and is accepted now', async () => {
    const text = `version: 1
name: Refused
actors: { alice: { steps: [send: INVITE, expect: 486] } }
`;
    const messages = await recording(text, { ...UAS, override: ['INVITE=486'] });
    const { arrows, rows, differences } = await played(messages);
    expect(titles(arrows).slice(-3)).toEqual(['ACK', 'BYE', '200 OK (BYE)']);
    expect(rows.slice(-2).map(({ difference }) => difference)).toEqual(['closing', 'closing']);
    expect(differences.join('\n')).toContain('where it got 486 Busy Here (INVITE) before');
  });

  it('answers a challenge that was not there then, and says that it came', async () => {
    const messages = await recording(library('calls/basic'));
    const { arrows, differences } = await played(messages, CLOSED, {
      account: { user: 'alice', password: 'secret' },
    });
    expect(titles(arrows)).toContain('401 Unauthorized (INVITE)');
    expect(titles(arrows)).toContain('200 OK (INVITE)');
    expect(differences.join('\n')).toContain(
      'alice gets 401 Unauthorized (INVITE) from target, which it did not before',
    );
  });

  it('goes on where the challenge of then does not come', async () => {
    const messages = await recording(library('calls/digest'), CLOSED);
    const { arrows, differences } = await played(messages);
    expect(titles(arrows).filter((title) => title === 'INVITE')).toHaveLength(1);
    expect(titles(arrows)).toContain('200 OK (BYE)');
    expect(differences.join('\n')).toContain('alice gets no 401 Unauthorized (INVITE) from target any more');
  });

  it('waits for what does not come, says so and plays on', async () => {
    const messages = await recording(library('calls/basic'));
    const { verdict, differences } = await played(messages, { ...UAS, fault: ['drop:out/180:1'] });
    expect(verdict.outcome).toBe('fail');
    expect(verdict.tookMs).toBeLessThan(32_000);
    expect(differences).toEqual([
      'alice gets no 180 Ringing (INVITE) from target any more (it was message 2).',
    ]);
    const mute = await played(messages, { ...UAS, fault: ['drop:in/BYE:100%'] });
    expect(mute.differences).toEqual(['alice gets no 200 OK (BYE) from target any more (it was message 6).']);
    expect(mute.verdict.steps.at(-1)).toMatchObject({ reason: 'it did not come within 32 s' });
  });

  it('could not run where nobody answers', async () => {
    const messages = await recording(library('calls/over-tcp'));
    const lab = labOf(UAS);
    await lab.close();
    const { verdict } = await replayInMemory(messages, { lab });
    expect(verdict.outcome).toBe('error');
    expect(verdict.reason).toMatch(/listens|refused/);
  });
});

describe('a replay by hand', () => {
  it('holds each send until it is let go, and stops with nothing open', async () => {
    const messages = await recording(library('calls/basic'));
    const gate = new Gate();
    const stop = new AbortController();
    const held: string[] = [];
    const onProgress = (view: () => ReplayView): void => {
      const now = view().held;
      if (now === undefined) return;
      held.push(now);
      // The INVITE is let go, the ACK is not.
      queueMicrotask(() => {
        if (now === 'send ACK') stop.abort();
        else gate.step();
      });
    };
    const { verdict, arrows, rows } = await played(messages, UAS, {
      pace: 'step',
      gate,
      signal: stop.signal,
      onProgress,
    });
    expect(held).toEqual(['send INVITE', 'send ACK']);
    expect(verdict.outcome).toBe('stopped');
    expect(titles(arrows).slice(-3)).toEqual(['ACK', 'BYE', '200 OK (BYE)']);
    expect(rows.map(({ difference }) => difference)).toContain('pending');
  });
});

describe('a plan', () => {
  const invite = (source: string, destination: string, atMs = 0): RecordedMessage => ({
    source,
    destination,
    protocol: 'udp',
    atMs,
    bytes: new TextEncoder().encode(
      `INVITE sip:bob@${destination} SIP/2.0\r\nVia: SIP/2.0/UDP ${source};branch=z9hG4bK1\r\nFrom: <sip:alice@x>;tag=1\r\nTo: <sip:bob@x>\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`,
    ),
  });

  it('says in a sentence why there is nothing to play', () => {
    expect(planReplay([])).toBe('there is no request in these messages');
    const messages = [invite('10.0.0.1:5060', '10.0.0.2:5060')];
    expect(planReplay(messages, ['carol'])).toBe(
      'there is no lane carol; the lanes are alice (10.0.0.1:5060), bob (10.0.0.2:5060)',
    );
    expect(planReplay(messages, ['alice', 'bob'])).toBe(
      'every lane is played: nobody is left for the target to stand for',
    );
    expect(planReplay(messages, ['bob'])).toBe('bob sent nothing: there is nothing to play');
  });

  it('plays what came twice once, and tells what it leaves out', () => {
    const plan = planReplay([
      invite('10.0.0.1:5060', '10.0.0.2:5060'),
      invite('10.0.0.1:5060', '10.0.0.2:5060', 500),
      invite('10.0.0.2:5060', '10.0.0.3:5060', 600),
    ]);
    if (typeof plan === 'string') throw new Error(plan);
    expect(plan.steps).toHaveLength(1);
    expect(plan.messages).toHaveLength(2);
    expect(plan.notes).toEqual(['1 message of other lanes are not played.']);
  });
});

it('a trace of a replay names the message that each of its own was', async () => {
  const messages = await recording(library('calls/basic'));
  const trace = new RunTrace();
  await played(messages, UAS, { trace });
  expect(trace.messages.map(({ stepId }) => stepId)).toContain('message 1');
});
