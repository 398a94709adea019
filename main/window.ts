import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { Logger } from '../stack/core/logger.ts';
import { fileReason } from '../app/services/storage/file-reason.ts';
import type { JsonFile } from '../app/services/storage/json-file.ts';
import { START_URL } from './protocol.ts';
import { lockContents } from './security.ts';
import { boundsFor, MIN_SIZE, type WindowState } from './window-state.ts';

/** The page's own background, so that nothing flashes before it is drawn. */
const BACKGROUND = { light: '#eceff2', dark: '#0c0e11' } as const;

export interface WindowOptions {
  readonly preload: string;
  readonly isPackaged: boolean;
  readonly stateFile: JsonFile<WindowState>;
  readonly log: Logger;
}

export interface OpenWindow {
  readonly window: BrowserWindow;
  /** Resolves when the place of the window is kept for the next start; to be awaited before the application ends. */
  keepPlace(): Promise<void>;
}

/** Opens the window where it was left, and remembers where it is left next. */
export async function openWindow({
  preload,
  isPackaged,
  stateFile,
  log,
}: WindowOptions): Promise<OpenWindow> {
  const { value: state } = await stateFile.load();
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...boundsFor(state, workAreas),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    title: 'Siphon Workbench',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: !isPackaged,
      spellcheck: false,
    },
  });
  if (state?.isMaximized === true) window.maximize();
  lockContents(window.webContents, START_URL);
  window.once('ready-to-show', () => {
    window.show();
  });
  let kept: Promise<void> | undefined;
  const keepPlace = (): Promise<void> => {
    if (kept !== undefined || window.isDestroyed()) return kept ?? Promise.resolve();
    const { x, y, width, height } = window.getNormalBounds();
    kept = stateFile
      .save({ x, y, width, height, isMaximized: window.isMaximized() })
      .catch((error: unknown) => {
        log.warn('the place of the window could not be kept', { reason: fileReason(error) });
      });
    return kept;
  };
  window.on('close', () => void keepPlace());
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    log.error('the page crashed and is loaded again', { reason });
    if (reason !== 'clean-exit') window.webContents.reload();
  });
  // A load that was overtaken by a reload is none that failed; anything else shows as an empty window, and here.
  window.loadURL(START_URL).catch((error: unknown) => {
    log.warn('the page was not loaded', { reason: String(error) });
  });
  return { window, keepPlace };
}
