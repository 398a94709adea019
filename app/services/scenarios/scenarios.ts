import { basename, join } from 'node:path';
import type { Clock } from '../../../stack/core/clock.ts';
import { Emitter, type Unsubscribe } from '../../../stack/core/emitter.ts';
import type { Logger } from '../../../stack/core/logger.ts';
import { check } from '../../../scenarios/language/check.ts';
import { NODE_RULES } from '../../servers/scenario-nodes/node-options.ts';
import { ContractError } from '../../contract/errors.ts';
import type { ScenarioOrigin } from '../../contract/load.ts';
import type { ScenarioRun } from '../../contract/scenario-run.ts';
import type { ScenarioFile } from '../../contract/scenarios.ts';
import { fileReason } from '../storage/file-reason.ts';
import { writeFileWhole } from '../storage/write-file.ts';
import type { WriteFile } from './disk.ts';
import { createEnvironments, type Environments } from './environments.ts';
import { createDrafts } from './drafts.ts';
import { type FoundFile, ScenarioFolder } from './folder.ts';
import { createLibrary, type Library } from './library.ts';
import type { ScenarioHandlers } from './handlers.ts';
import { languageHandlers } from './language-handlers.ts';
import type { ScenarioPlace } from './place.ts';
import { programOf, targetUri } from './program-of.ts';
import { Runs, type RunsOptions } from './runs.ts';
import { createFolderWatch } from './watch.ts';

export interface ScenariosOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder of what a person made. */
  readonly dataDir: string;
  /** Other than the shipped ones in tests. */
  readonly library?: Library;
  /** Other than the disk in tests. */
  readonly write?: WriteFile;
  readonly run: Omit<RunsOptions, 'clock' | 'onRan'>;
}

/** The scenario editor without a face: files, language, runs. */
export interface Scenarios {
  readonly handlers: ScenarioHandlers & Environments['handlers'];
  onChanged(listener: (files: readonly ScenarioFile[]) => void): Unsubscribe;
  onFileChanged(
    listener: (change: { readonly path: string; readonly revision: string }) => void,
  ): Unsubscribe;
  onRan(listener: (run: ScenarioRun) => void): Unsubscribe;
  /** Where a scenario stands. @throws ContractError 'bad-params' | 'not-found' | 'file-error' */
  place(origin: ScenarioOrigin): Promise<ScenarioPlace>;
  /** The environments that scenarios can be run in. */
  readonly environments: Environments;
  /** Ends every run and lets go of the folder. */
  dispose(): Promise<void>;
}

export function createScenarios({
  clock,
  log,
  dataDir,
  library = createLibrary(),
  write = writeFileWhole,
  run,
}: ScenariosOptions): Scenarios {
  const changed = new Emitter<readonly ScenarioFile[]>();
  const fileChanged = new Emitter<{ readonly path: string; readonly revision: string }>();
  const ran = new Emitter<ScenarioRun>();
  const runs = new Runs({
    ...run,
    clock,
    onRan: (now) => {
      ran.emit(now);
    },
  });
  const folder = new ScenarioFolder(join(dataDir, 'scenarios'), write);
  const environments = createEnvironments(folder.root, write);
  const drafts = createDrafts(join(dataDir, 'scenario-drafts'), write);
  /** What was told last; undefined before anybody has asked. */
  let told: readonly FoundFile[] | undefined;
  let toldText = '';
  /** Revisions this service wrote itself: no news to whoever saved them. */
  const own = new Map<string, string>();

  const look = async (): Promise<readonly ScenarioFile[]> => {
    const { files, folders } = await folder.scan();
    watch.setFolders(folders);
    const keys = await drafts.keys();
    const orphans = await drafts.orphans(
      files.map(({ path }) => path),
      keys,
    );
    const before = new Map((told ?? files).map(({ path, revision }) => [path, revision]));
    told = files;
    for (const { path, revision } of files) {
      const known = before.get(path);
      before.delete(path);
      if (known !== undefined && known !== revision && own.get(path) !== revision)
        fileChanged.emit({ path, revision });
    }
    for (const path of before.keys()) if (own.get(path) !== '') fileChanged.emit({ path, revision: '' });
    const listed = [
      ...files.map(({ path, name, modifiedAtMs }) => ({
        path,
        name,
        modifiedAtMs,
        hasDraft: drafts.has(path, keys),
      })),
      ...orphans.map(({ path, savedAtMs }) => ({ path, name: '', modifiedAtMs: savedAtMs, hasDraft: true })),
    ];
    const text = JSON.stringify(listed);
    if (text !== toldText && toldText !== '') changed.emit(listed);
    toldText = text;
    return listed;
  };
  /** One look at a time: what two of them tell would come in the wrong order. */
  let looking: Promise<unknown> = Promise.resolve();
  const lookAgain = (): Promise<readonly ScenarioFile[]> => {
    const next = looking.then(look, look);
    looking = next.catch(() => undefined);
    return next;
  };
  const watch = createFolderWatch(clock, () => {
    lookAgain().catch((error: unknown) => {
      log.warn(`The folder of scenarios cannot be watched: ${fileReason(error)}.`);
    });
  });

  const fileAt = async (path: string): Promise<ScenarioFile> => {
    const found = (await lookAgain()).find((file) => file.path === path);
    if (found === undefined) throw new ContractError('not-found', `${path} has gone in the meantime.`);
    return found;
  };
  const draftError = (path: string, error: unknown): ContractError =>
    new ContractError('file-error', `What was typed into ${path} could not be kept: ${fileReason(error)}.`);

  const handlers: Scenarios['handlers'] = {
    ...environments.handlers,
    'scenarios.list': async () => ({
      folder: folder.root,
      files: [...(await lookAgain())],
      templates: [...(await library.list())],
    }),
    'scenarios.template': async ({ path }) => ({ text: await library.text(path) }),
    'scenarios.read': async ({ path }) => {
      const draft = await drafts.read(path);
      const file = await folder.read(path).catch((error: unknown) => {
        // The file is gone, what was typed into it is not.
        if (draft !== undefined && error instanceof ContractError && error.code === 'not-found')
          return { text: '', revision: '' };
        throw error;
      });
      return { path, ...file, ...(draft !== undefined && { draft }) };
    },
    'scenarios.save': async ({ path, text, baseRevision }) => {
      if (baseRevision !== undefined) await refuseChanged(path, baseRevision);
      const revision = await folder.write(path, text);
      own.set(path, revision);
      await drafts.drop(path).catch((error: unknown) => {
        throw draftError(path, error);
      });
      await lookAgain();
      return { revision };
    },
    'scenarios.create': async ({ path, text }) => {
      if (await folder.has(path)) throw new ContractError('conflict', `There is a ${path} already.`);
      own.set(path, await folder.write(path, text));
      return fileAt(path);
    },
    'scenarios.rename': async ({ path, to }) => {
      await folder.rename(path, to);
      own.set(path, '');
      const draft = await drafts.read(path);
      if (draft !== undefined) {
        await drafts.keep({ ...draft, path: to });
        await drafts.drop(path);
      }
      return fileAt(to);
    },
    'scenarios.delete': async ({ path }) => {
      await folder.remove(path, clock.wallMs());
      own.set(path, '');
      await drafts.drop(path);
      await lookAgain();
      return {};
    },
    'scenarios.keepDraft': async ({ path, text, baseRevision }) => {
      const draft = { path, text, baseRevision, savedAtMs: clock.wallMs() };
      await drafts
        .keep(draft, () => folder.checkPath(path))
        .catch((error: unknown) => {
          throw error instanceof ContractError ? error : draftError(path, error);
        });
      return {};
    },
    'scenarios.dropDraft': async ({ path }) => {
      await drafts.drop(path);
      await lookAgain();
      return {};
    },
    ...languageHandlers,
    'scenarios.check': async ({ text, path }) => {
      const place = path === undefined ? undefined : await folder.place(path);
      const { diagnostics, outline, rows } = check(text, place?.readFile, NODE_RULES);
      return { diagnostics, ...(outline !== undefined && { outline }), ...(rows !== undefined && { rows }) };
    },
    'scenarios.run': async ({ path, text, target, environment, variables, debug, only, allRows = false }) => {
      const { readFile } = await folder.place(path);
      const program = programOf(text, only, readFile);
      const { target: usual, ...others } = await environments.variables(environment);
      const called = target ?? usual;
      const given = {
        ...others,
        ...(called !== undefined && { target: targetUri(String(called)) }),
        ...variables,
      };
      return runs.start({ path, program, variables: given, isDebugged: debug, isForAllRows: allRows });
    },
    'scenarios.stop': ({ run }) => runs.stop(run),
    'scenarios.step': ({ run, actor }) => runs.step(run, actor),
    'scenarios.continue': ({ run }) => runs.continue(run),
    'scenarios.runs': () => ({ runs: [...runs.list()] }),
    'scenarios.readRun': ({ run, row }) => runs.read(run, row),
  };

  /** @throws ContractError 'conflict' when the disk holds another text than the one that was edited. */
  async function refuseChanged(path: string, baseRevision: string): Promise<void> {
    const disk = await folder.read(path).catch((error: unknown) => {
      if (error instanceof ContractError && error.code === 'not-found') return undefined;
      throw error;
    });
    if (disk === undefined && baseRevision !== '')
      throw new ContractError('conflict', `${basename(path)} was deleted or moved meanwhile.`, {});
    if (disk !== undefined && disk.revision !== baseRevision)
      throw new ContractError('conflict', `${basename(path)} was changed on the disk meanwhile.`, disk);
  }

  return {
    handlers,
    environments,
    onChanged: (listener) => changed.on(listener),
    onFileChanged: (listener) => fileChanged.on(listener),
    onRan: (listener) => ran.on(listener),
    place: ({ kind, path }) => (kind === 'template' ? library.place(path) : folder.place(path)),
    async dispose() {
      watch.dispose();
      await Promise.all([looking, runs.dispose()]);
    },
  };
}
