import { app, dialog, Menu, session, type BrowserWindow } from 'electron';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '../app/cli/logging.ts';
import { LOG_LEVELS } from '../app/contract/server-config.ts';
import { defaultDataDir } from '../app/services/storage/data-dir.ts';
import { createJsonFile } from '../app/services/storage/json-file.ts';
import { createWorkbench, type RunningWorkbench } from '../app/workbench.ts';
import { createSystemClock } from '../stack/core/node/system-clock.ts';
import { createDialogs } from './dialogs.ts';
import { menuTemplate } from './menu-template.ts';
import { handPorts } from './port.ts';
import { declareScheme, serveScheme } from './protocol.ts';
import { lockSession } from './security.ts';
import { openWindow, type OpenWindow } from './window.ts';
import { WindowState } from './window-state.ts';

/** Servers get this long to end their calls when a person quits; then they end by force. */
const QUIT_GRACE_MS = 4000;

const here = dirname(fileURLToPath(import.meta.url));
const log = createLogger({
  level: LOG_LEVELS.find((level) => level === process.env['SIPHON_LOG']) ?? 'warn',
  format: 'pretty',
  isTerminal: process.stderr.isTTY,
  write: (text) => process.stderr.write(text),
});
const clock = createSystemClock();
const { isPackaged } = app;

let workbench: RunningWorkbench | undefined;
let latest: OpenWindow | undefined;
let quitting: Promise<void> | undefined;
let isReadyToQuit = false;

const openedWindow = (): BrowserWindow | undefined =>
  latest === undefined || latest.window.isDestroyed() ? undefined : latest.window;

function showWindow(): void {
  const window = openedWindow();
  if (window === undefined) {
    if (workbench !== undefined) open().catch(fail);
    return;
  }
  if (window.isMinimized()) window.restore();
  window.focus();
}

const stateFile = createJsonFile({
  path: join(app.getPath('userData'), 'window.json'),
  check: (value) => WindowState.parse(value),
  wallMs: () => clock.wallMs(),
});
const open = async (): Promise<void> => {
  latest = await openWindow({ preload: join(here, 'preload.cjs'), isPackaged, stateFile, log });
};

/** A folder of one's own for the browser's data means one's own servers too: a second, separate workbench. */
const dataDir = (): string =>
  app.commandLine.hasSwitch('user-data-dir')
    ? join(app.getPath('userData'), 'workbench')
    : defaultDataDir(process.platform, process.env, homedir());

async function start(): Promise<void> {
  await app.whenReady();
  const idSeed = process.env['SIPHON_ID_SEED'];
  workbench = await createWorkbench({
    dataDir: dataDir(),
    clock,
    log,
    face: 'desktop',
    version: app.getVersion(),
    files: createDialogs(openedWindow),
    idSeed: idSeed === '' ? undefined : idSeed,
  });
  const running = workbench;
  lockSession(session.defaultSession, { isPackaged });
  serveScheme(join(here, '..', 'renderer'));
  handPorts(running, log);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        platform: process.platform,
        isPackaged,
        choose: (command) => {
          running.chooseCommand(command);
        },
      }),
    ),
  );
  await open();
}

async function quit(): Promise<void> {
  await Promise.all([workbench?.dispose(QUIT_GRACE_MS), latest?.keepPlace()]);
  clock.dispose();
  isReadyToQuit = true;
  app.quit();
}

/** What nothing else has caught: shown once, because a window that silently stays away helps nobody. */
function fail(error: unknown): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error('the workbench could not start', { reason });
  dialog.showErrorBox('Siphon Workbench could not start', reason);
  app.exit(1);
}

declareScheme();
// As root, Electron runs only without its sandbox, and insisting on it then ends in a crash loop.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
if (app.requestSingleInstanceLock()) {
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (isReadyToQuit) return;
    event.preventDefault();
    quitting ??= quit();
  });
  start().catch(fail);
} else {
  app.exit(0);
}
