import { describe, expect, it } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { createFakeBackend, type FakeBackend } from '../../testing/fake-backend.ts';
import { SAMPLE_SCENARIO } from '../../testing/fake-scenarios.ts';
import { createManualSchedule, type ManualSchedule, settled } from '../../testing/manual-schedule.ts';
import { createPreferences, memoryStorage } from '../../ui/preferences.tsx';
import { isDirty, type ScenarioDocument } from './scenario-document.ts';
import type { ScenariosStore } from './scenarios-state.ts';
import { createScenariosStore } from './scenarios-store.ts';

const PATH = 'calls/busy.yaml';

interface Opened {
  readonly fake: FakeBackend;
  readonly store: ScenariosStore;
  readonly clock: ManualSchedule;
  readonly document: () => ScenarioDocument;
  readonly called: (method: string) => number;
}

async function opened(before: (fake: FakeBackend) => void = () => undefined): Promise<Opened> {
  const fake = createFakeBackend();
  before(fake);
  const clock = createManualSchedule();
  const memory = createPreferences(memoryStorage());
  const store = createScenariosStore(fake, { schedule: clock.schedule, memory, environment: () => 'lab' });
  await store.getState().load();
  await store.getState().open(PATH);
  return {
    fake,
    store,
    clock,
    document: () => {
      const document = store.getState().documents[PATH];
      if (document === undefined) throw new Error('it is not open');
      return document;
    },
    called: (method) => fake.calls.filter((c) => c.method === method).length,
  };
}

describe('typing', () => {
  it('is checked once after a pause, and marks the line', async () => {
    const { store, clock, document, called } = await opened();
    const checks = called('scenarios.check');
    for (const text of ['o', 'oo', 'oops']) store.getState().setText(PATH, `${SAMPLE_SCENARIO}${text}`);
    expect(clock.pending()).toEqual([40, 500]);
    await clock.fireNext();
    expect(called('scenarios.check')).toBe(checks + 1);
    expect(document().check?.diagnostics).toMatchObject([{ severity: 'error', line: 20 }]);
  });

  it('keeps the outline while the text cannot be read', async () => {
    const { store, clock, document } = await opened();
    store.getState().setText(PATH, 'unreadable');
    await clock.fireNext();
    expect(document().check?.text).toBe('unreadable');
    expect(document().outline?.steps).toHaveLength(7);
  });

  it('is kept as a draft, which saving forgets', async () => {
    const { fake, store, clock, document } = await opened();
    store.getState().setText(PATH, `${SAMPLE_SCENARIO}# more\n`);
    await clock.fireNext();
    await clock.fireNext();
    expect(fake.scenarios.drafts.get(PATH)?.text).toContain('# more');
    await store.getState().save(PATH);
    expect(fake.scenarios.files.get(PATH)).toContain('# more');
    expect(fake.scenarios.drafts.size).toBe(0);
    expect(isDirty(document())).toBe(false);
  });

  it('that comes back to what is on the disk leaves no draft', async () => {
    const { fake, store, clock } = await opened();
    store.getState().setText(PATH, 'x');
    await clock.fireNext();
    await clock.fireNext();
    store.getState().setText(PATH, SAMPLE_SCENARIO);
    await clock.fireNext();
    await clock.fireNext();
    expect(fake.scenarios.drafts.size).toBe(0);
  });
});

describe('what can go wrong with a file', () => {
  it('a full disk is told, the text stays, and the next try works', async () => {
    const { fake, store, document } = await opened();
    store.getState().setText(PATH, 'name: mine\n');
    fake.failNext('scenarios.save', new ContractError('file-error', 'There is no space left on the disk.'));
    await store.getState().save(PATH);
    expect(document().problem).toBe('There is no space left on the disk.');
    expect(document().text).toBe('name: mine\n');
    await store.getState().save(PATH);
    expect(document().problem).toBeUndefined();
    expect(fake.scenarios.files.get(PATH)).toBe('name: mine\n');
  });

  it('a file that changed outside is taken when nothing was typed', async () => {
    const { fake, document } = await opened();
    fake.scenarios.writeOutside(PATH, 'name: theirs\n');
    await settled();
    expect(document()).toMatchObject({ text: 'name: theirs\n', conflict: undefined });
  });

  it.each([
    ['mine', 'name: mine\n'],
    ['theirs', 'name: theirs\n'],
  ] as const)('a file that changed outside is a conflict when something was typed: %s', async (by, text) => {
    const { fake, store, document } = await opened();
    store.getState().setText(PATH, 'name: mine\n');
    fake.scenarios.writeOutside(PATH, 'name: theirs\n');
    await settled();
    expect(document()).toMatchObject({ text: 'name: mine\n', conflict: { text: 'name: theirs\n' } });
    await store.getState().save(PATH);
    expect(fake.scenarios.files.get(PATH)).toBe('name: theirs\n');
    await store.getState().resolve(PATH, by);
    expect(document()).toMatchObject({ text, diskText: text, conflict: undefined });
    expect(fake.scenarios.files.get(PATH)).toBe(text);
  });

  it('a file that is gone can be written again', async () => {
    const { fake, store, document } = await opened();
    fake.scenarios.writeOutside(PATH, undefined);
    await settled();
    expect(document().conflict).toEqual({ text: undefined, revision: '' });
    await store.getState().resolve(PATH, 'mine');
    expect(fake.scenarios.files.get(PATH)).toBe(SAMPLE_SCENARIO);
  });

  it('a save that finds another file than it read is a conflict', async () => {
    const { fake, store, document } = await opened();
    store.getState().setText(PATH, 'name: mine\n');
    fake.scenarios.files.set(PATH, 'name: theirs\n');
    await store.getState().save(PATH);
    expect(document().conflict?.text).toBe('name: theirs\n');
  });

  it('a draft of an earlier session comes back, and can be given up', async () => {
    const { store, document, fake } = await opened((earlier) => {
      const { revision } = earlier.scenarios.handlers['scenarios.read']({ path: PATH }) as {
        revision: string;
      };
      earlier.scenarios.drafts.set(PATH, { text: 'name: typed\n', savedAtMs: 5, baseRevision: revision });
    });
    expect(document()).toMatchObject({ text: 'name: typed\n', recoveredAtMs: 5, conflict: undefined });
    await store.getState().discard(PATH);
    expect(document()).toMatchObject({ text: SAMPLE_SCENARIO, recoveredAtMs: undefined });
    expect(fake.scenarios.drafts.size).toBe(0);
  });

  it('a draft of another file than the disk holds now is a conflict', async () => {
    const { document } = await opened((earlier) => {
      earlier.scenarios.drafts.set(PATH, { text: 'name: typed\n', savedAtMs: 5, baseRevision: 'old' });
    });
    expect(document().conflict?.text).toBe(SAMPLE_SCENARIO);
  });
});

describe('edits of the views', () => {
  it('change the text once, keep comments, and select what they are about', async () => {
    const { store, document } = await opened();
    await store.getState().edit(PATH, [
      { kind: 'insert', actor: 'alice', before: 'actors.alice.steps[1]', yaml: 'expect: 100' },
      { kind: 'remove', at: 'actors.bob.steps[1]' },
    ]);
    expect(document().text).toContain('# the call\n      - send: INVITE\n      - expect: 100\n');
    expect(document().text).not.toContain('- send: 180');
  });

  it('do nothing when the text was changed meanwhile', async () => {
    const { store, document } = await opened();
    const edit = store.getState().edit(PATH, [{ kind: 'remove', at: 'actors.alice.steps[0]' }]);
    store.getState().setText(PATH, 'name: typed\n');
    await expect(edit).rejects.toThrow('The text was changed meanwhile');
    expect(document().text).toBe('name: typed\n');
  });
});

describe('runs', () => {
  it('send the text as it is typed, with the target and the values for it', async () => {
    const { fake, store } = await opened();
    store.getState().setText(PATH, `${SAMPLE_SCENARIO}#\n`);
    store.getState().setTarget(' sip:bob@127.0.0.1:5060 ');
    store.getState().setVariable(PATH, 'ring', '1 s');
    await store.getState().run(PATH, { debug: false });
    expect(fake.calls.filter((c) => c.method === 'scenarios.run').at(-1)?.params).toEqual({
      path: PATH,
      text: `${SAMPLE_SCENARIO}#\n`,
      target: 'sip:bob@127.0.0.1:5060',
      environment: 'lab',
      variables: { ring: '1 s' },
      debug: false,
    });
    await expect(store.getState().run(PATH, { debug: false })).rejects.toThrow('It runs already');
    await store.getState().stop('run-1');
    expect(store.getState().runs).toMatchObject([{ state: 'ended', verdict: { outcome: 'stopped' } }]);
  });

  it('do not go back to running when an answer is late', async () => {
    const { fake, store } = await opened();
    await store.getState().run(PATH, { debug: false });
    const [running] = store.getState().runs;
    fake.scenarios.setRun({ state: 'ended', verdict: { outcome: 'pass', tookMs: 20 } });
    if (running !== undefined) fake.emit('scenarios.ran', running);
    expect(store.getState().runs[0]?.state).toBe('ended');
  });
});

describe('files', () => {
  it('are made, renamed, deleted and made again', async () => {
    const { fake, store } = await opened();
    const { create, rename, remove } = store.getState();
    await create('new.yaml', 'name: New\n');
    expect(store.getState()).toMatchObject({ path: 'new.yaml' });
    await rename('new.yaml', 'old/new.yaml');
    expect(store.getState()).toMatchObject({ path: 'old/new.yaml' });
    const text = await remove('old/new.yaml');
    expect(store.getState().path).toBeUndefined();
    expect([...fake.scenarios.files.keys()]).toEqual([PATH]);
    await create('old/new.yaml', text);
    expect(fake.scenarios.files.get('old/new.yaml')).toBe('name: New\n');
  });

  it('the one that was open last is opened again', async () => {
    const fake = createFakeBackend();
    const memory = createPreferences(memoryStorage());
    const options = { schedule: createManualSchedule().schedule, memory, environment: () => undefined };
    await createScenariosStore(fake, options).getState().open(PATH);
    const later = createScenariosStore(fake, options);
    await later.getState().load();
    expect(later.getState().path).toBe(PATH);
  });
});
