import { describe, expect, it } from 'vitest';
import { servingLab } from '../../app/servers/testing/serving-lab.ts';
import type { ServerConfigInput } from '../../app/contract/server-config.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { type InMemory, runInMemory } from '../testing/run-in-memory.ts';
import { RunTrace } from './run-trace.ts';
import type { Verdict } from './verdict.ts';

/* `registration` of an actor: kept alive beside its steps, against a registrar in memory, in virtual time. */

const alice = (registration: string, steps: string, more = ''): string =>
  `version: 1\nname: x\nactors:\n  alice:\n    target: sip:10.0.0.1\n    registration: ${registration}\n${more}    steps: [${steps}]\n`;

interface Seen {
  readonly atSec: number;
  readonly expires: string;
  readonly callId: string;
  readonly cseq: string;
  readonly status: string;
}

/** Runs it against a registrar. @returns the verdict and the REGISTER requests that the registrar got, with what it answered. */
async function against(config: ServerConfigInput, text: string, options: InMemory = {}) {
  const users = { users: (name: string) => (name === 'alice' ? { password: 'secret' } : undefined) };
  const lab = servingLab(config, config.auth === true ? users : {});
  try {
    const verdict: Verdict = await runInMemory(text, { lab, ...options });
    const seen: Seen[] = [];
    const [first] = lab.crossed;
    for (const { bytes, direction, atMs } of lab.crossed) {
      const message = parseMessage(bytes);
      if (direction === 'in' && message.startLine.kind === 'request')
        seen.push({
          atSec: Math.round((atMs - (first?.atMs ?? 0)) / 1000),
          expires: message.first('Expires') ?? '',
          callId: message.first('Call-ID') ?? '',
          cseq: message.first('CSeq') ?? '',
          status: '',
        });
      else if (message.startLine.kind === 'response') {
        const last = [...seen].reverse().find(({ cseq }) => cseq === message.first('CSeq'));
        if (last !== undefined)
          seen.splice(seen.indexOf(last), 1, { ...last, status: String(message.startLine.status) });
      }
    }
    return { verdict, seen, state: lab.state };
  } finally {
    await lab.close();
  }
}

const registrar = { mode: 'registrar', regMinExpiry: 1 } as const;

describe('an actor that keeps a registration', () => {
  it('registers before its first step, refreshes in time and removes the binding at the end', async () => {
    const { verdict, seen } = await against(registrar, alice('{ expires: 60 }', '{ wait: 100 s }'));
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass', tookMs: 100_000 });
    expect(seen.map(({ atSec, expires, status }) => [atSec, expires, status])).toEqual([
      [0, '60', '200'],
      [30, '60', '200'],
      [60, '60', '200'],
      [90, '60', '200'],
      [100, '0', '200'],
    ]);
    expect(new Set(seen.map(({ callId }) => callId)).size).toBe(1);
    const numbers = seen.map(({ cseq }) => Number(cseq.split(' ')[0]));
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
    expect(verdict.steps.map(({ step, said }) => [step.title, step.line, said]).slice(0, 2)).toEqual([
      ['registration', 6, 'registered for 60 s'],
      ['registration', 6, 'refreshed for 60 s'],
    ]);
  });

  it('answers challenges with its credentials, also when it leaves', async () => {
    const { verdict, seen } = await against(
      { ...registrar, auth: true, authUsers: 'users.json' },
      alice('{ expires: 60 }', '{ wait: 40 s }', '    credentials: { user: alice, password: secret }\n'),
    );
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    expect(seen.filter(({ status }) => status === '200').map(({ expires }) => expires)).toEqual([
      '60',
      '60',
      '0',
    ]);
  });

  it('asks for longer where the interval is too brief', async () => {
    const { verdict, seen } = await against(
      { mode: 'registrar', regMinExpiry: 600 },
      alice('{ expires: 60 }', '{ wait: 1 s }'),
    );
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    expect(seen.map(({ expires, status }) => [expires, status])).toEqual([
      ['60', '423'],
      ['600', '200'],
      ['0', '200'],
    ]);
  });

  it('leaves when it is stopped, be it while the answer is on its way', async () => {
    const controller = new AbortController();
    const trace = new RunTrace({
      onMessage: ({ direction }) => {
        if (direction === 'in') controller.abort();
      },
    });
    const waiting = alice('{}', '{ expect: INVITE }');
    const later = await against(registrar, waiting, { signal: controller.signal, trace });
    const atOnce = await against(registrar, waiting, { signal: AbortSignal.abort() });
    for (const { verdict, seen } of [later, atOnce]) {
      expect(verdict.outcome).toBe('stopped');
      expect(seen.map(({ expires, status }) => [expires, status])).toEqual([
        ['3600', '200'],
        ['0', '200'],
      ]);
    }
  });

  it('leaves when a step fails', async () => {
    const failed = await against(registrar, alice('{}', '{ check: 1 == 2 }'));
    expect(failed.verdict).toMatchObject({ outcome: 'fail' });
    expect(failed.seen.map(({ expires, status }) => [expires, status])).toEqual([
      ['3600', '200'],
      ['0', '200'],
    ]);
  });
});

describe('a registration that is refused', () => {
  it('fails the run and says what to do where credentials are missing', async () => {
    const { verdict } = await against(
      { ...registrar, auth: true, authUsers: 'users.json' },
      alice('{}', '{ wait: 1 s }'),
    );
    expect(verdict).toMatchObject({
      outcome: 'fail',
      reason: 'alice, line 6, registration: the registration was refused: 401 Unauthorized (REGISTER)',
      steps: [
        {
          hint: 'The registrar challenged, and the actor has no credentials: give the actor credentials.',
        },
      ],
    });
  });

  it('fails the run with the status', async () => {
    const { verdict } = await against({ mode: 'minimal' }, alice('{}', '{ wait: 1 s }'));
    expect(verdict.reason).toMatch(/^alice, line 6, registration: the registration was refused: 501 |405 /);
    expect(verdict.steps).toHaveLength(1);
  });

  it('fails the run when nobody answers', async () => {
    const text = alice('{ registrar: "sip:10.9.9.9" }', '{ wait: 1 s }');
    const { verdict } = await against(registrar, text);
    expect(verdict.reason).toBe(
      'alice, line 6, registration: the registration was refused: REGISTER was not answered: timer F',
    );
  });
});
