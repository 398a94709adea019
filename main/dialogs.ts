import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import { extname } from 'node:path';
import type { FileDialogs } from '../app/services/storage/files.ts';

/** What file types are called in a dialog. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  pcapng: 'Packet capture',
  pcap: 'Packet capture',
  yaml: 'siphond configuration',
  json: 'siphond configuration',
};

const ALL_FILES: FileFilter = { name: 'All files', extensions: ['*'] };

function filtersFor(extensions: readonly string[]): FileFilter[] {
  const [first] = extensions;
  if (first === undefined) return [ALL_FILES];
  return [{ name: TYPE_NAMES[first] ?? first.toUpperCase(), extensions: [...extensions] }, ALL_FILES];
}

/** The file dialogs of the system, on the window when there is one. */
export function createDialogs(window: () => BrowserWindow | undefined): FileDialogs {
  return {
    async chooseSave({ title, suggestedName }) {
      const extension = extname(suggestedName).slice(1);
      const options = {
        title,
        defaultPath: suggestedName,
        filters: filtersFor(extension === '' ? [] : [extension]),
      };
      const parent = window();
      const { canceled, filePath } = await (parent === undefined
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(parent, options));
      return canceled || filePath === '' ? undefined : filePath;
    },
    async chooseOpen({ title, extensions }) {
      const options = { title, filters: filtersFor(extensions), properties: ['openFile' as const] };
      const parent = window();
      const { canceled, filePaths } = await (parent === undefined
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(parent, options));
      return canceled ? undefined : filePaths[0];
    },
  };
}
