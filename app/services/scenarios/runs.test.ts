import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeHashes } from '../../../stack/auth/node/hashes.ts';
import { createRandomIds } from '../../../stack/core/node/random-ids.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { compile } from '../../../scenarios/engine/compile.ts';
import type { ScenarioRun } from '../../contract/scenario-run.ts';
import { NO_FILES } from '../../../scenarios/engine/read-file.ts';
import { bindActor } from '../../servers/bind-actor.ts';
import { decodeBatch } from '../traffic/capture-batch.ts';
import { scenarioNodes } from '../../servers/scenario-nodes/start-scenario-node.ts';
import { programOf, targetUri } from './program-of.ts';
import { Runs } from './runs.ts';

/* Runs over real sockets: the two actors of a file call each other. */

const CALL = `version: 1
name: Call
variables: { times: 0 }
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - send: INVITE
      - expect: 180
      - expect: { status: 200, sdp: { direction: sendrecv } }
      - set: { times: 1 }
      - bye: {}
  bob:
    transport: udp
    steps:
      - ring: {}
      - answer: {}
      - expect: BYE
      - send: 200
`;

const open: { readonly dispose: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose();
});

function start() {
  const clock = createSystemClock();
  const ids = createRandomIds();
  const told: ScenarioRun[] = [];
  const recorded: { captor: string; line: string }[] = [];
  const runs = new Runs({
    clock,
    ids,
    hashes: nodeHashes,
    resolver: { resolve: () => Promise.reject(new Error('names are not looked up here')) },
    newId: () => ids.token(8),
    bind: (actor) => bindActor(actor, { clock, env: process.env, folder: process.cwd() }),
    startNode: () => scenarioNodes({ ids, dataDir: tmpdir(), folder: process.cwd() }),
    record: (batch, { name }) => {
      for (const { bytes } of decodeBatch(batch))
        recorded.push({
          captor: name,
          line: new TextDecoder().decode(bytes).split(' SIP/2.0\r\n')[0]?.split('\r\n')[0] ?? '',
        });
    },
    onRan: (run) => told.push(run),
  });
  open.push({
    dispose: async () => {
      await runs.dispose();
      clock.dispose();
    },
  });
  const begin = (
    text: string,
    { debug = false, only, allRows = false }: { debug?: boolean; only?: string[]; allRows?: boolean } = {},
  ) =>
    runs.start({
      path: 'a.yaml',
      program: programOf(text, only, NO_FILES),
      variables: {},
      isDebugged: debug,
      isForAllRows: allRows,
    });
  const until = (id: string, condition: (run: ScenarioRun) => boolean): Promise<ScenarioRun> =>
    vi.waitFor(
      () => {
        const run = runs.read(id);
        if (!condition(run))
          throw new Error(`it is ${JSON.stringify({ ...run, messages: run.messages.length })}`);
        return run;
      },
      { timeout: 15_000, interval: 20 },
    );
  return { runs, told, recorded, begin, until };
}

const NODE = `version: 1
name: Node
nodes:
  uas: { mode: call-server, ringMs: 20 }
actors:
  alice:
    steps:
      - invite: {}
      - bye: {}
`;

const isOver = ({ state }: ScenarioRun): boolean => state === 'ended';

describe('a run', () => {
  it('starts the nodes of the scenario, and tells and records their messages under their names', async () => {
    const { begin, until, recorded } = start();
    const { id } = begin(NODE);
    const run = await until(id, isOver);
    expect(run.verdict, run.verdict?.reason).toMatchObject({ outcome: 'pass' });
    const sent = run.messages.filter(({ direction }) => direction === 'out');
    const told = sent.map(({ actor, peer, title }) => `${actor} > ${peer}: ${title}`);
    expect(told).toContain('alice > uas: INVITE');
    expect(told).toContain('uas > alice: 180 Ringing');
    expect(recorded).toContainEqual({ captor: 'uas (Node)', line: 'SIP/2.0 180 Ringing' });
    expect(recorded.filter(({ line }) => line.startsWith('INVITE'))).toHaveLength(1);
  });

  it('stands still with its nodes while an actor is held', async () => {
    const { runs, begin, until } = start();
    const steps = 'send: INVITE\n      - expect: 180\n      - expect: 200';
    const { id } = begin(NODE.replace('ringMs: 20', 'ringMs: 300').replace('invite: {}', steps), {
      debug: true,
    });
    await until(id, ({ state }) => state === 'paused');
    runs.step(id, 'alice');
    await until(id, ({ messages }) => messages.some(({ title }) => title === '180 Ringing'));
    // The time of a ring passes by the wall; for the node, which waits with the actor, it does not.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(runs.read(id).messages.some(({ title }) => title === '200 OK')).toBe(false);
    runs.continue(id);
    const run = await until(id, isOver);
    expect(run.verdict, run.verdict?.reason).toMatchObject({ outcome: 'pass' });
  });

  it('tells its steps, its messages with the steps they belong to, its variables and dialogs, and its verdict', async () => {
    const { begin, until, told } = start();
    const { id, state } = begin(CALL);
    expect(state).toBe('running');
    const run = await until(id, isOver);
    expect(run.verdict, run.verdict?.reason).toMatchObject({ outcome: 'pass' });
    expect(run.steps.filter(({ actor }) => actor === 'alice').map(({ title }) => title)).toEqual([
      'send INVITE',
      'expect 180',
      'expect 200',
      'set',
      'bye: send BYE',
      'bye: expect 200 (BYE)',
    ]);
    const sent = run.messages.filter(({ direction }) => direction === 'out');
    expect(sent.map(({ actor, peer, title }) => `${actor} > ${peer}: ${title}`)).toEqual([
      'alice > bob: INVITE',
      'bob > alice: 180 Ringing',
      'bob > alice: 200 OK',
      'alice > bob: ACK',
      'alice > bob: BYE',
      'bob > alice: 200 OK',
    ]);
    expect(sent[0]).toMatchObject({ method: 'INVITE', hasSdp: true, stepId: 'actors.alice.steps[0]' });
    const received = run.messages.find(
      ({ actor, title, direction }) => actor === 'alice' && direction === 'in' && title === '180 Ringing',
    );
    expect(received).toMatchObject({
      status: 180,
      method: 'INVITE',
      hasSdp: false,
      stepId: 'actors.alice.steps[1]',
    });
    expect(received?.text).toMatch(/^SIP\/2\.0 180 Ringing\r\n/);
    expect(run.variables).toMatchObject({ times: 1 });
    expect(run.dialogs).toMatchObject([
      { actor: 'alice', name: 'main', state: 'ended' },
      { actor: 'bob', name: 'main', state: 'ended' },
    ]);
    const [alice, bob] = run.dialogs;
    expect(alice?.localTag).toBe(bob?.remoteTag);
    expect(alice?.remoteTag).toBe(bob?.localTag);
    expect(told.at(-1)).toEqual(run);
  });

  it('records each message once, under the actor that sent it', async () => {
    const { begin, until, recorded } = start();
    await until(begin(CALL).id, isOver);
    expect(recorded.map(({ captor, line }) => `${captor}: ${line.replace(/ sip:.*/, '')}`)).toEqual([
      'alice (Call): INVITE',
      'bob (Call): SIP/2.0 180 Ringing',
      'bob (Call): SIP/2.0 200 OK',
      'alice (Call): ACK',
      'alice (Call): BYE',
      'bob (Call): SIP/2.0 200 OK',
    ]);
  });

  it('stops before each step under the debugger, and goes on', async () => {
    const { runs, begin, until } = start();
    const { id } = begin(CALL, { debug: true });
    await until(id, ({ paused }) => paused.length === 2);
    runs.step(id, 'alice');
    const run = await until(id, ({ paused }) =>
      paused.some(({ stepId }) => stepId === 'actors.alice.steps[1]'),
    );
    expect(run).toMatchObject({
      state: 'paused',
      paused: [
        { actor: 'alice', line: 9 },
        { actor: 'bob', line: 16 },
      ],
    });
    expect(() => runs.step(id, 'carol')).toThrow('carol is not held before a step.');
    runs.continue(id);
    expect((await until(id, isOver)).verdict).toMatchObject({ outcome: 'pass' });
    expect(() => runs.continue(id)).toThrow('This run is not under the debugger.');
    expect(() => runs.step(id, undefined)).toThrow('No actor is held before a step.');
  });

  it('ends what is open when it is stopped: the call is cancelled', async () => {
    const { runs, begin, until, recorded } = start();
    const { id } = begin(CALL.replace('      - answer: {}\n', '      - wait: 5 min\n      - answer: {}\n'));
    await until(id, ({ steps }) => steps.some(({ title }) => title === 'expect 180'));
    const run = await runs.stop(id);
    expect(run).toMatchObject({ state: 'ended', verdict: { outcome: 'stopped' } });
    expect(recorded.map(({ line }) => line.split(' ')[0])).toContain('CANCEL');
    expect(await runs.stop(id)).toEqual(run);
  });

  it('runs the steps that are chosen only', async () => {
    const { begin, until } = start();
    const only = ['actors.alice.steps[3]'];
    const run = await until(begin(CALL, { only }).id, isOver);
    expect(run.verdict).toMatchObject({ outcome: 'pass' });
    expect(run.steps.map(({ id }) => id)).toEqual(only);
    expect(run.messages).toEqual([]);
    expect(() => programOf(CALL, ['nobody'], NO_FILES)).toThrow('There is no step nobody.');
    expect(() => programOf(CALL, [], NO_FILES)).toThrow('No step is chosen.');
  });

  it('goes through all rows, tells the verdict of each, and keeps what did not pass to look at', async () => {
    const { runs, begin, until, told } = start();
    const rows = ['200', '486', '200', '603', '200'].map((status) => `{ status: ${status} }`);
    const text = CALL.replace(
      'variables:',
      `datasets: { answers: { rows: [${rows.join(', ')}] } }\nvariables:`,
    ).replace('      - answer: {}\n', '      - check: answers.status == 200\n      - answer: {}\n');
    const { id, series } = begin(text, { allRows: true });
    expect(series).toEqual({ total: 5, rows: [], kept: [1], shown: 1 });
    const run = await until(id, isOver);
    expect(run.verdict).toMatchObject({
      outcome: 'fail',
      reason: expect.stringContaining('row 2 of answers: 486') as unknown,
    });
    expect(run.series).toMatchObject({
      total: 5,
      kept: [2, 4],
      shown: 2,
      rows: [
        { number: 1, name: 'row 1 of answers: 200', outcome: 'pass' },
        { number: 2, name: 'row 2 of answers: 486', outcome: 'fail' },
        { number: 3, outcome: 'pass' },
        { number: 4, name: 'row 4 of answers: 603', outcome: 'fail' },
        { number: 5, outcome: 'pass' },
      ],
    });
    expect(run.steps.find(({ outcome }) => outcome === 'fail')?.title).toBe('check answers.status == 200');
    expect(run.messages.some(({ title, method }) => title === '200 OK' && method === 'BYE')).toBe(false);
    const other = runs.read(id, 4);
    expect(other.series?.shown).toBe(4);
    expect(other.messages[0]?.text).not.toBe(run.messages[0]?.text);
    expect(() => runs.read(id, 1)).toThrow('Nothing is kept of row 1');
    expect(told.at(-1)).toEqual(run);
  });

  it('ends with the row that is stopped', async () => {
    const { runs, begin, until } = start();
    const text =
      'version: 1\nname: Wait\ndatasets: { d: { rows: [{ n: 1 }, { n: 2 }, { n: 3 }] } }\nactors: { a: { steps: [{ if: d.n == 2, then: [{ wait: 1 h }] }] } }\n';
    const { id } = begin(text, { allRows: true });
    await until(id, ({ series }) => series?.rows.length === 1);
    const run = await runs.stop(id);
    expect(run).toMatchObject({ state: 'ended', verdict: { outcome: 'stopped' }, series: { shown: 2 } });
    expect(run.series?.rows.map(({ outcome }) => outcome)).toEqual(['pass', 'stopped']);
  });

  it('has rows only where there is a dataset, and not endlessly many', () => {
    const { begin } = start();
    expect(() => begin(CALL, { allRows: true })).toThrow('it has no dataset whose rows could be counted');
    const rows = Array.from({ length: 10_001 }, (_, n) => `{ n: ${n} }`).join(', ');
    const text = CALL.replace('variables:', `datasets: { many: { rows: [${rows}] } }\nvariables:`);
    expect(() => begin(text, { allRows: true })).toThrow('10001 rows, and the workbench takes 10000');
  });

  it('says why it could not be run', async () => {
    const { begin, until } = start();
    const run = await until(begin(CALL.replace('transport: udp', 'listen: 192.0.2.1:5060')).id, isOver);
    expect(run.verdict?.outcome).toBe('error');
    expect(run.verdict?.reason).toMatch(/192\.0\.2\.1/);
    expect(() => programOf('version: 1\nname: x\n', undefined, NO_FILES)).toThrow(
      /^It cannot be run: line \d+, .*\.$/,
    );
  });

  it('is forgotten after twenty others, newest first', async () => {
    const { runs, begin, until } = start();
    const log = 'version: 1\nname: Log\nactors: { a: { steps: [{ log: hello }] } }\n';
    expect(compile(log).isValid).toBe(true);
    const ids: string[] = [];
    for (let n = 0; n < 22; n++) {
      const { id } = begin(log);
      ids.push(id);
      await until(id, isOver);
    }
    expect(runs.list().map(({ id }) => id)).toEqual(ids.slice(2).reverse());
    expect(() => runs.read(ids[0] ?? '')).toThrow('There is no such run');
  });
});

describe('a target', () => {
  it.each([
    ['127.0.0.1:5060', 'sip:127.0.0.1:5060'],
    ['bob@example.com', 'sip:bob@example.com'],
    [' sips:bob@[::1] ', 'sips:bob@[::1]'],
  ])('%j is %s', (text, uri) => {
    expect(targetUri(text)).toBe(uri);
  });

  it.each(['', 'sip:', 'http://x y', 'a b'])('%j is none', (text) => {
    expect(() => targetUri(text)).toThrow(/is no SIP URI, such as/);
  });
});
