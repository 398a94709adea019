import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeHashes } from '../../../stack/auth/node/hashes.ts';
import { silentLogger } from '../../../stack/core/logger.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { createIds } from '../../../stack/core/seeded-ids.ts';
import type { ScenarioFile } from '../../contract/scenarios.ts';
import { writeFileWhole } from '../storage/write-file.ts';
import type { WriteFile } from './disk.ts';
import { createScenarios, type Scenarios } from './scenarios.ts';

const TEXT = 'version: 1\nname: Ping\nactors:\n  a:\n    steps:\n      - send: OPTIONS\n';

let dir = '';
const open: { readonly dispose: () => Promise<void> }[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-scenarios-'));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose();
  await rm(dir, { recursive: true, force: true });
});

function start(write: WriteFile = writeFileWhole, dataDir = dir): Scenarios {
  const clock = createSystemClock();
  const ids = createIds('scenarios');
  const scenarios = createScenarios({
    clock,
    log: silentLogger,
    dataDir,
    write,
    run: {
      ids,
      hashes: nodeHashes,
      resolver: { resolve: () => Promise.reject(new Error('no names here')) },
      newId: () => ids.token(8),
      bind: () => Promise.reject(new Error('no sockets here')),
      startNode: () => () => Promise.reject(new Error('no nodes here')),
      record: () => undefined,
    },
  });
  open.push({
    dispose: async () => {
      await scenarios.dispose();
      clock.dispose();
    },
  });
  return scenarios;
}

const inFolder = (...parts: readonly string[]): string => join(dir, 'scenarios', ...parts);
const error = (code: string, message: string | RegExp = /\S\.$/): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });
const pathsOf = (files: readonly ScenarioFile[]): string[] => files.map(({ path }) => path);

describe('the files of the workspace folder', () => {
  it('begins with an empty folder and the library as templates', async () => {
    const { handlers } = start();
    const { folder, files, templates } = await handlers['scenarios.list']({});
    expect(folder).toBe(inFolder());
    expect(files).toEqual([]);
    expect(templates.length).toBeGreaterThanOrEqual(40);
    const busy = templates.find(({ path }) => path === 'calls/busy.yaml');
    expect(busy).toMatchObject({ group: 'calls', name: expect.stringMatching(/\S/) as string });
    expect((await handlers['scenarios.template']({ path: 'calls/busy.yaml' })).text).toContain('486');
    await expect(handlers['scenarios.template']({ path: '../library.test.ts' })).rejects.toEqual(
      error('not-found'),
    );
  });

  it('makes, reads, saves, renames and deletes files, in folders too', async () => {
    const { handlers } = start();
    const made = await handlers['scenarios.create']({ path: 'calls/a.yaml', text: TEXT });
    expect(made).toMatchObject({ path: 'calls/a.yaml', name: 'Ping', hasDraft: false });
    const { text, revision } = await handlers['scenarios.read']({ path: 'calls/a.yaml' });
    expect(text).toBe(TEXT);
    const next = TEXT.replace('Ping', 'Pong');
    const saved = await handlers['scenarios.save']({
      path: 'calls/a.yaml',
      text: next,
      baseRevision: revision,
    });
    expect(saved.revision).not.toBe(revision);
    expect(await readFile(inFolder('calls', 'a.yaml'), 'utf8')).toBe(next);
    await expect(handlers['scenarios.create']({ path: 'calls/a.yaml', text: '' })).rejects.toEqual(
      error('conflict'),
    );

    await handlers['scenarios.create']({ path: 'b.yaml', text: TEXT });
    await expect(handlers['scenarios.rename']({ path: 'b.yaml', to: 'calls/a.yaml' })).rejects.toEqual(
      error('conflict'),
    );
    expect(await handlers['scenarios.rename']({ path: 'b.yaml', to: 'x/y/b.yml' })).toMatchObject({
      path: 'x/y/b.yml',
    });
    await handlers['scenarios.delete']({ path: 'calls/a.yaml' });
    expect(pathsOf((await handlers['scenarios.list']({})).files)).toEqual(['x/y/b.yml']);
    const [trashed = ''] = await readdir(inFolder('.trash'));
    expect(trashed).toMatch(/^\d{17}-a\.yaml$/);
    expect(await readFile(inFolder('.trash', trashed), 'utf8')).toBe(next);
    await expect(handlers['scenarios.delete']({ path: 'calls/a.yaml' })).rejects.toEqual(error('not-found'));
    await expect(handlers['scenarios.rename']({ path: 'calls/a.yaml', to: 'c.yaml' })).rejects.toEqual(
      error('not-found'),
    );
  });

  it.each([
    '../out.yaml',
    '/etc/passwd.yaml',
    'a/../../b.yaml',
    'a//b.yaml',
    './a.yaml',
    '.hidden.yaml',
    '.trash/a.yaml',
    'C:\\a.yaml',
    'a\u0000.yaml',
    'a.txt',
    'con?.yaml',
    ' a.yaml',
  ])('refuses the path %j in one sentence', async (path) => {
    const { handlers } = start();
    for (const call of [
      () => handlers['scenarios.read']({ path }),
      () => handlers['scenarios.save']({ path, text: '' }),
      () => handlers['scenarios.create']({ path, text: '' }),
      () => handlers['scenarios.delete']({ path }),
      () => handlers['scenarios.rename']({ path, to: 'a.yaml' }),
      () => handlers['scenarios.keepDraft']({ path, text: '', baseRevision: '' }),
    ])
      await expect(call()).rejects.toEqual(
        error('bad-params', /^".+" is no path of a scenario: [^.]+\.?.*\.$/),
      );
  });

  it('follows no symbolic link out of the folder', async () => {
    const { handlers } = start();
    await handlers['scenarios.list']({});
    const outside = join(dir, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret.yaml'), TEXT);
    await symlink(outside, inFolder('linked'));
    await symlink(join(outside, 'secret.yaml'), inFolder('file.yaml'));
    expect((await handlers['scenarios.list']({})).files).toEqual([]);
    for (const path of ['linked/secret.yaml', 'file.yaml'])
      await expect(handlers['scenarios.read']({ path })).rejects.toEqual(
        error('bad-params', /symbolic link\.$/),
      );
    for (const path of ['linked/new.yaml', 'file.yaml'])
      await expect(handlers['scenarios.save']({ path, text: 'x' })).rejects.toEqual(
        error('bad-params', /symbolic link\.$/),
      );
    expect(await readFile(join(outside, 'secret.yaml'), 'utf8')).toBe(TEXT);
    expect(await readdir(outside)).toEqual(['secret.yaml']);
  });

  it('does not save over what somebody else wrote, and says what stands there', async () => {
    const { handlers } = start();
    await handlers['scenarios.create']({ path: 'a.yaml', text: TEXT });
    const { revision } = await handlers['scenarios.read']({ path: 'a.yaml' });
    await writeFile(inFolder('a.yaml'), 'theirs');
    const mine = { path: 'a.yaml', text: 'mine' };
    const refusal: unknown = await Promise.resolve(
      handlers['scenarios.save']({ ...mine, baseRevision: revision }),
    ).catch((thrown: unknown) => thrown);
    expect(refusal).toMatchObject({ code: 'conflict', data: { text: 'theirs' } });
    const theirs = (refusal as { data: { revision: string } }).data.revision;
    expect(await readFile(inFolder('a.yaml'), 'utf8')).toBe('theirs');
    await handlers['scenarios.save']({ ...mine, baseRevision: theirs });
    await writeFile(inFolder('a.yaml'), 'theirs again');
    await handlers['scenarios.save'](mine);
    expect(await readFile(inFolder('a.yaml'), 'utf8')).toBe('mine');
    await unlink(inFolder('a.yaml'));
    await expect(handlers['scenarios.save']({ ...mine, baseRevision: theirs })).rejects.toMatchObject({
      code: 'conflict',
      data: {},
    });
  });

  it('tells of changes from outside, and not of its own', async () => {
    const scenarios = start();
    const { handlers } = scenarios;
    const changes: { path: string; revision: string }[] = [];
    const lists: string[][] = [];
    scenarios.onFileChanged((change) => changes.push(change));
    scenarios.onChanged((files) => lists.push(pathsOf(files)));
    await handlers['scenarios.list']({});
    await handlers['scenarios.create']({ path: 'a.yaml', text: TEXT });
    await handlers['scenarios.save']({ path: 'a.yaml', text: `${TEXT}# saved\n` });
    await mkdir(inFolder('sub'));
    await vi.waitFor(async () => {
      await writeFile(inFolder('sub', 'b.yaml'), TEXT);
      expect(lists.at(-1)).toEqual(['a.yaml', 'sub/b.yaml']);
    }, 10_000);
    expect(changes).toEqual([]);
    await writeFile(inFolder('a.yaml'), 'theirs');
    await vi.waitFor(() => {
      expect(changes).toHaveLength(1);
    }, 10_000);
    const { revision } = await handlers['scenarios.read']({ path: 'a.yaml' });
    expect(changes[0]).toEqual({ path: 'a.yaml', revision });
    await rm(inFolder('sub'), { recursive: true });
    await vi.waitFor(() => {
      expect(changes).toContainEqual({ path: 'sub/b.yaml', revision: '' });
      expect(lists.at(-1)).toEqual(['a.yaml']);
    }, 10_000);
    await rm(inFolder(), { recursive: true });
    await vi.waitFor(() => {
      expect(lists.at(-1)).toEqual([]);
    }, 10_000);
  });
});

describe('the files that a scenario names', () => {
  const NAMING =
    'version: 1\nname: Row\ndatasets:\n  users: { file: users.csv }\nactors:\n  a:\n    user: ${users.name}\n    steps:\n      - call: ../shared/ping.yaml\n';

  it('are read from beside it, and nothing is said of them where the text has no place', async () => {
    const { handlers } = start();
    await handlers['scenarios.create']({ path: 'shared/ping.yaml', text: TEXT });
    await handlers['scenarios.create']({ path: 'calls/row.yaml', text: NAMING });
    expect(await handlers['scenarios.check']({ text: NAMING })).toMatchObject({ diagnostics: [] });
    const found = await handlers['scenarios.check']({ text: NAMING, path: 'calls/row.yaml' });
    expect(found.diagnostics).toEqual([
      expect.objectContaining({ line: 4, message: expect.stringContaining('users.csv') as string }),
    ]);
    await expect(
      handlers['scenarios.run']({ path: 'calls/row.yaml', text: NAMING, variables: {}, debug: false }),
    ).rejects.toEqual(error('invalid-config', /users\.csv/));

    await writeFile(inFolder('calls', 'users.csv'), 'name\nalice\n');
    expect(await handlers['scenarios.check']({ text: NAMING, path: 'calls/row.yaml' })).toMatchObject({
      diagnostics: [],
    });
  });

  it('cannot be outside of the folder', async () => {
    const { handlers } = start();
    await writeFile(join(dir, 'secret.csv'), 'name\nroot\n');
    const text = NAMING.replace('users.csv', '../../secret.csv').replace(
      /^ +- call.*\n/m,
      '      - bye: {}\n',
    );
    await handlers['scenarios.create']({ path: 'calls/row.yaml', text });
    const { diagnostics } = await handlers['scenarios.check']({ text, path: 'calls/row.yaml' });
    expect(diagnostics).toEqual([
      expect.objectContaining({ line: 4, message: expect.stringContaining('neither below') as string }),
    ]);
    await expect(handlers['scenarios.check']({ text, path: '../row.yaml' })).rejects.toEqual(
      error('bad-params'),
    );
  });
});

describe('what was typed and not saved', () => {
  it('survives a new start, goes along with a rename and goes when it is saved', async () => {
    const first = start();
    await first.handlers['scenarios.create']({ path: 'a.yaml', text: TEXT });
    const { revision } = await first.handlers['scenarios.read']({ path: 'a.yaml' });
    await first.handlers['scenarios.keepDraft']({ path: 'a.yaml', text: 'typed', baseRevision: revision });

    const { handlers } = start();
    expect((await handlers['scenarios.list']({})).files).toMatchObject([{ path: 'a.yaml', hasDraft: true }]);
    expect(await handlers['scenarios.read']({ path: 'a.yaml' })).toMatchObject({
      text: TEXT,
      draft: { text: 'typed', baseRevision: revision },
    });
    await handlers['scenarios.rename']({ path: 'a.yaml', to: 'b.yaml' });
    expect((await handlers['scenarios.read']({ path: 'b.yaml' })).draft?.text).toBe('typed');
    await handlers['scenarios.save']({ path: 'b.yaml', text: 'typed', baseRevision: revision });
    expect((await handlers['scenarios.list']({})).files).toMatchObject([{ path: 'b.yaml', hasDraft: false }]);
    await handlers['scenarios.keepDraft']({ path: 'b.yaml', text: 'more', baseRevision: '' });
    await handlers['scenarios.dropDraft']({ path: 'b.yaml' });
    expect((await handlers['scenarios.read']({ path: 'b.yaml' })).draft).toBeUndefined();
  });

  it('is there when its file has gone', async () => {
    const { handlers } = start();
    await handlers['scenarios.create']({ path: 'a.yaml', text: TEXT });
    await handlers['scenarios.keepDraft']({ path: 'a.yaml', text: 'typed', baseRevision: 'x' });
    await unlink(inFolder('a.yaml'));
    expect((await handlers['scenarios.list']({})).files).toMatchObject([{ path: 'a.yaml', hasDraft: true }]);
    expect(await handlers['scenarios.read']({ path: 'a.yaml' })).toMatchObject({
      text: '',
      revision: '',
      draft: { text: 'typed' },
    });
    await handlers['scenarios.save']({ path: 'a.yaml', text: 'typed', baseRevision: '' });
    expect(await readFile(inFolder('a.yaml'), 'utf8')).toBe('typed');
  });

  it('is the last of many that were kept at once', async () => {
    const { handlers } = start();
    const typed = Array.from({ length: 30 }, (_, i) => 'x'.repeat(10_000 - i) + i);
    await Promise.all(
      typed.map(async (text) => handlers['scenarios.keepDraft']({ path: 'a.yaml', text, baseRevision: '' })),
    );
    expect((await handlers['scenarios.read']({ path: 'a.yaml' })).draft?.text).toBe(typed.at(-1));
  });
});

describe('a full disk', () => {
  const full: WriteFile = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));

  it('is told in one sentence, and what was there before stays', async () => {
    const first = start();
    await first.handlers['scenarios.create']({ path: 'a.yaml', text: TEXT });
    await first.handlers['scenarios.keepDraft']({ path: 'a.yaml', text: 'typed', baseRevision: '' });
    const { handlers } = start(full);
    const text = 'longer';
    await expect(handlers['scenarios.save']({ path: 'a.yaml', text })).rejects.toEqual(
      error('file-error', /^a\.yaml: the disk is full\.$/),
    );
    await expect(handlers['scenarios.keepDraft']({ path: 'a.yaml', text, baseRevision: '' })).rejects.toEqual(
      error('file-error', /^What was typed into a\.yaml could not be kept: the disk is full\.$/),
    );
    expect(await handlers['scenarios.read']({ path: 'a.yaml' })).toMatchObject({
      text: TEXT,
      draft: { text: 'typed' },
    });
  });

  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  it.runIf(isRoot && canMount())('loses nothing where it is really full (a tmpfs of 64 kB)', async () => {
    const disk = join(dir, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    try {
      const { handlers } = start(writeFileWhole, disk);
      await handlers['scenarios.create']({ path: 'a.yaml', text: TEXT });
      await handlers['scenarios.keepDraft']({ path: 'a.yaml', text: 'typed', baseRevision: '' });
      const text = 'x'.repeat(200_000);
      await expect(handlers['scenarios.save']({ path: 'a.yaml', text })).rejects.toEqual(
        error('file-error', /disk is full/),
      );
      await expect(
        handlers['scenarios.keepDraft']({ path: 'a.yaml', text, baseRevision: '' }),
      ).rejects.toEqual(error('file-error', /disk is full/));
      expect(await handlers['scenarios.read']({ path: 'a.yaml' })).toMatchObject({
        text: TEXT,
        draft: { text: 'typed' },
      });
      expect(await readdir(join(disk, 'scenarios'))).toEqual(['a.yaml']);
      await open.pop()?.dispose();
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'siphon-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(probe);
  }
}
