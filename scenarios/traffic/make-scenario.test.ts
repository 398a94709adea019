import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ServerConfigInput } from '../../app/contract/server-config.ts';
import { servingLab } from '../../app/servers/testing/serving-lab.ts';
import { formatAddress } from '../../stack/core/address.ts';
import { call } from '../../stack/server/handlers/call.ts';
import { toBytes } from '../../stack/message/octets.ts';
import type { CapturedMessage } from '../../stack/transport/capture.ts';
import { compile } from '../engine/compile.ts';
import { RunTrace } from '../engine/run-trace.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { makeScenario, type MadeScenario, type RecordedMessage } from './make-scenario.ts';

/* What was recorded of a scenario becomes a scenario again: it passes against the same counterpart, and fails with a sentence when that has changed. */

const library = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../library/${name}.yaml`, import.meta.url)), 'utf8');

const recorded = ({ direction, protocol, local, remote, atMs, bytes }: CapturedMessage): RecordedMessage => {
  const [source, destination] = direction === 'in' ? [remote, local] : [local, remote];
  return { source: formatAddress(source), destination: formatAddress(destination), protocol, atMs, bytes };
};

function made(
  messages: readonly RecordedMessage[],
  ...lanes: string[]
): Extract<MadeScenario, { kind: 'made' }> {
  const result = makeScenario(messages, lanes);
  if (result.kind !== 'made') throw new Error(result.reason);
  const compiled = compile(result.yaml);
  expect(compiled.isValid ? [] : compiled.diagnostics, result.yaml).toEqual([]);
  return result;
}

const users = (username: string) => (username === 'alice' ? { password: 'secret' } : undefined);
const withUsers = (config: ServerConfigInput): boolean => config.authUsers !== undefined;

/** Runs a scenario against a mode of siphond at 10.0.0.1, beside a phone at 10.0.0.9, and records what the server sees. */
async function against(config: ServerConfigInput, text: string, variables: Record<string, string>) {
  const lab = servingLab(config, withUsers(config) ? { users } : {});
  lab.agent('10.0.0.9', call({ isAccepting: true, ringMs: 20, sdpProfile: 'audio-only' }));
  try {
    const verdict = await runInMemory(text, { lab, variables });
    return { verdict, messages: lab.crossed.map(recorded) };
  } finally {
    await lab.close();
  }
}

const SERVER = { target: 'sip:bob@10.0.0.1' };
const stepsIn = (yaml: string, actor: string): readonly Record<string, unknown>[] =>
  (parse(yaml) as { actors: Record<string, { steps: Record<string, unknown>[] }> }).actors[actor]?.steps ??
  [];

describe('a scenario made of what was recorded', () => {
  it('of a call passes against the same server, and says what changed against another', async () => {
    const first = await against({ mode: 'full-uas' }, library('calls/basic'), SERVER);
    expect(first.verdict.outcome).toBe('pass');
    const { yaml, fileName } = made(first.messages);
    expect(fileName).toBe('invite-bye-alice-to-bob.yaml');
    expect(stepsIn(yaml, 'alice')).toEqual([
      { send: 'INVITE' },
      { expect: { status: 180, method: 'INVITE' } },
      { expect: { status: 200, method: 'INVITE', sdp: { direction: 'sendrecv' } } },
      { wait: '3 s' },
      { send: 'BYE' },
      { expect: { status: 200, method: 'BYE' } },
    ]);
    const again = await against({ mode: 'full-uas' }, yaml, {});
    expect(again.verdict, again.verdict.reason).toMatchObject({ outcome: 'pass' });
    const busy = await against({ mode: 'full-uas', override: ['INVITE=486'] }, yaml, {});
    expect(busy.verdict.outcome).toBe('fail');
    expect(busy.verdict.reason).toMatch(/expected 180 \(INVITE\), got 486 Busy Here \(INVITE\)/);
  });

  it('collapses a challenge and its answer, and asks for the password', async () => {
    const registrar: ServerConfigInput = {
      mode: 'registrar',
      auth: true,
      authUsers: 'users.json',
      authAlgorithms: ['MD5'],
    };
    const first = await against(registrar, library('registration/digest-md5'), { target: 'sip:10.0.0.1' });
    expect(first.messages).toHaveLength(4);
    const { yaml, notes } = made(first.messages);
    expect(stepsIn(yaml, 'alice')).toEqual([
      { send: { method: 'REGISTER', headers: { Expires: '3600' } } },
      { expect: { status: 200, method: 'REGISTER' } },
    ]);
    expect(notes).toContain('The password of alice is not in a capture: set the variable password.');
    expect(yaml).toContain('# credentials are not in a capture: set them');
    const right = await against(registrar, yaml, { password: 'secret' });
    expect(right.verdict, right.verdict.reason).toMatchObject({ outcome: 'pass' });
    const unset = await against(registrar, yaml, {});
    expect(unset.verdict.outcome).toBe('fail');
    expect(unset.verdict.reason).toMatch(/expected 200 \(REGISTER\), got 40[13]/);
  });

  it('of a call with authentication, re-INVITE and transfer passes again, and says that the transfer is refused now', async () => {
    const server: ServerConfigInput = {
      mode: 'full-uas',
      auth: true,
      authUsers: 'users.json',
      allowPrivateReferTargets: true,
    };
    const text = `version: 1
name: Transferred
actors:
  alice:
    credentials: { user: alice, password: secret }
    steps:
      - invite: {}
      - hold: {}
      - transfer: { to: 'sip:carol@10.0.0.9' }
      - bye: {}
`;
    const first = await against(server, text, SERVER);
    expect(first.verdict, first.verdict.reason).toMatchObject({ outcome: 'pass' });
    const { yaml } = made(first.messages);
    expect(yaml).toContain('headers: { Refer-To: <sip:carol@10.0.0.9> }');
    expect(yaml).not.toContain('401');
    const again = await against(server, yaml, { password: 'secret' });
    expect(again.verdict, `${again.verdict.reason ?? ''}\n${yaml}`).toMatchObject({ outcome: 'pass' });
    const refusing = await against({ ...server, override: ['REFER=603'] }, yaml, { password: 'secret' });
    expect(refusing.verdict.outcome).toBe('fail');
    expect(refusing.verdict.reason).toMatch(/expected 202 \(REFER\).*, got 603 Decline \(REFER\)/);
  });

  it('of a call that is held, resumed and transferred passes with the same callee, and says that the transfer was refused', async () => {
    const callee: readonly Step[] = [
      ...calleeSteps('hold-and-resume'),
      ...calleeSteps('blind-transfer').slice(2),
    ];
    const calling = (bob: readonly Step[]): string => `version: 1
name: Call with everything
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - invite: {}
      - hold: {}
      - wait: 2 s
      - resume: {}
      - transfer: { to: 'sip:carol@10.9.0.9' }
      - bye: {}
  bob:
    target: sip:alice@\${alice}
    steps: ${JSON.stringify(bob)}
`;
    const ofAlice = async (bob: readonly Step[]) => {
      const trace = new RunTrace();
      const first = await runInMemory(calling(bob), { trace });
      expect(first, first.reason).toMatchObject({ outcome: 'pass' });
      return made(trace.messages.filter(({ actor }) => actor === 'alice').map(recorded));
    };
    const { yaml, notes } = await ofAlice(callee);
    expect(notes).toEqual([]);
    const steps = stepsIn(yaml, 'alice');
    expect(steps).toContainEqual({ send: { method: 'INVITE', sdp: 'sendonly' } });
    expect(steps).toContainEqual({ wait: '2 s' });
    expect(steps).toContainEqual({
      send: { method: 'REFER', headers: { 'Refer-To': '<sip:carol@10.9.0.9>' } },
    });

    const beside = (steps: readonly unknown[]): string => {
      const scenario = parse(yaml) as { actors: Record<string, unknown> };
      const bob = { target: 'sip:alice@${alice}', steps };
      return stringify({ ...scenario, actors: { ...scenario.actors, bob } });
    };
    const again = await runInMemory(beside(callee));
    expect(again, again.reason).toMatchObject({ outcome: 'pass' });

    // How often the callee tells how the transfer goes is its affair.
    const [told, answered] = [notifyAt(callee, 'active'), { expect: { status: 200, method: 'NOTIFY' } }];
    const at = callee.indexOf(told);
    const ringing = sayingOf(told, '180 Ringing');
    const chatty = [
      ...callee.slice(0, at + 2),
      ...[ringing, answered, ringing, answered],
      ...callee.slice(at + 2),
    ];
    const often = await runInMemory(beside(chatty));
    expect(often, `${often.reason ?? ''}\n${yaml}`).toMatchObject({ outcome: 'pass' });
    expect((await ofAlice(chatty)).yaml).toBe(yaml);
    const over = notifyAt(callee, 'terminated');
    const unlucky = await runInMemory(
      beside(callee.map((step) => (step === over ? sayingOf(over, '486 Busy') : step))),
    );
    expect(unlucky.reason).toMatch(/expected a body that matches .*200.*486/);

    const refusing = callee.map((step) => (step['send'] === 202 ? { send: 603 } : step));
    const refused = await runInMemory(beside(refusing));
    expect(refused.outcome).toBe('fail');
    expect(refused.reason).toMatch(/expected 202 \(REFER\) or NOTIFY, got 603 Decline \(REFER\)/);
  });
});

describe('a scenario in which several lanes are actors', () => {
  /** What crossed in a run, once each, and who was where. */
  async function crossed(text: string) {
    const trace = new RunTrace();
    const verdict = await runInMemory(text, { trace });
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    const sent = trace.messages.filter(({ direction }) => direction === 'out');
    const lanes = [...new Set(sent.map(({ local }) => formatAddress(local)))];
    return { messages: sent.map(recorded), lanes };
  }

  it('of an attended transfer passes by itself: what one has captured another says in Replaces', async () => {
    const { messages, lanes } = await crossed(library('midcall/attended-transfer'));
    expect(lanes).toHaveLength(3);
    const { yaml, notes } = made(messages, ...lanes);
    expect(notes.filter((note) => note.includes('Replaces'))).toEqual([]);
    expect(yaml).toMatch(/Refer-To: "<sip:carol@\$\{carol\}\?Replaces=\$\{callId\}%3B/);
    expect(yaml).toMatch(/Replaces: "\$\{callId\};to-tag=\$\{toTag\};from-tag=/);
    const again = await runInMemory(yaml);
    expect(again, `${again.reason ?? ''}\n${yaml}`).toMatchObject({ outcome: 'pass' });
  });

  it('lets what a person began wait for what the others had done by then', async () => {
    const { messages, lanes } = await crossed(`version: 1
name: Calls in turn
actors:
  alice:
    target: sip:bob@\${bob}
    steps: [{ message: { text: one } }, { sync: first }, { expect: MESSAGE }, { send: 200 }]
  bob:
    target: sip:alice@\${alice}
    steps: [{ expect: MESSAGE }, { send: 200 }, { sync: first }, { wait: 2 s }, { message: { text: two } }]
`);
    const { yaml } = made(messages, ...lanes);
    expect(stepsIn(yaml, 'alice')).toContainEqual({ sync: 'point 1' });
    expect(stepsIn(yaml, 'bob').slice(-4)).toEqual([
      { sync: 'point 1' },
      { wait: '2 s' },
      expect.objectContaining({ send: expect.objectContaining({ method: 'MESSAGE' }) as object }),
      { expect: { status: 200, method: 'MESSAGE' } },
    ]);
    const again = await runInMemory(yaml);
    expect(again, `${again.reason ?? ''}\n${yaml}`).toMatchObject({ outcome: 'pass' });
  });
});

describe('what is made of a recording', () => {
  const invite = (uri: string, more = ''): RecordedMessage => ({
    source: '10.1.0.1:5060',
    destination: '10.0.0.1:5060',
    protocol: 'udp',
    atMs: 0,
    bytes: toBytes(
      `INVITE ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bK1\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <${uri}>\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n${more}Content-Length: 0\r\n\r\n`,
    ),
  });

  it('keeps the domain that was called, and sends to where it was sent', async () => {
    const { yaml, notes } = made([invite('sip:bob@example.com')]);
    expect(parse(yaml)).toMatchObject({
      variables: { target: 'sip:bob@example.com', proxy: '10.0.0.1:5060' },
      actors: { alice: { domain: 'example.com', outboundProxy: 'sip:${proxy}' } },
    });
    expect(notes[0]).toMatch(/^Requests go to 10\.0\.0\.1:5060 first/);
    const { verdict, messages } = await against({ mode: 'full-uas' }, yaml, {});
    expect(verdict.outcome).toBe('pass');
    expect(Buffer.from(messages[0]?.bytes ?? []).toString()).toContain('INVITE sip:bob@example.com SIP/2.0');
  });

  it('takes nothing in a capture for an expression or for YAML', async () => {
    const { yaml } = made([invite('sip:bob@10.0.0.1', 'Subject: ${1 + 1} # {no: yaml}\r\n')]);
    const { messages } = await against({ mode: 'full-uas' }, yaml, {});
    expect(Buffer.from(messages[0]?.bytes ?? []).toString()).toContain('Subject: ${1 + 1} # {no: yaml}\r\n');
  });

  it('plays the lane that is named, and names those that are there when it is not', () => {
    const { yaml } = made([invite('sip:bob@10.0.0.1')], '10.0.0.1:5060');
    expect(parse(yaml)).toMatchObject({
      actors: { bob: { listen: '10.0.0.1:5060', steps: [{ expect: {} }] } },
    });
    expect(makeScenario([invite('sip:bob@10.0.0.1')], ['10.9.9.9:1'])).toEqual({
      kind: 'nothing',
      reason: 'nothing was sent or received by 10.9.9.9:1; the lanes are 10.1.0.1:5060, 10.0.0.1:5060',
    });
    expect(makeScenario([])).toEqual({ kind: 'nothing', reason: 'there is no request in these messages' });
  });
});

/** What the callee of a scenario of the library does, without the end of the call where another part follows. */
function calleeSteps(name: string): readonly Step[] {
  const steps = stepsIn(library(`midcall/${name}`), 'bob');
  return name === 'hold-and-resume' ? steps.slice(0, -2) : steps;
}

type Step = Readonly<Record<string, unknown>>;
interface Notify {
  readonly send: { readonly method: string; readonly headers: Readonly<Record<string, string>> };
}

const notifyAt = (steps: readonly Step[], state: string): Step => {
  const found = steps.find((step) =>
    (step as Partial<Notify>).send?.headers?.['Subscription-State']?.startsWith(state),
  );
  if (found === undefined) throw new Error(`no NOTIFY is ${state}`);
  return found;
};

const sayingOf = (step: Step, status: string): Step => ({
  send: { ...(step as unknown as Notify).send, body: `SIP/2.0 ${status}` },
});
