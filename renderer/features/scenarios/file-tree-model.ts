import type { ScenarioFile } from '../../../app/contract/scenarios.ts';
import { fileName } from './scenario-document.ts';

/** A row of the tree of files, as deep as it is indented. */
export type TreeRow =
  | {
      readonly kind: 'folder';
      readonly path: string;
      readonly name: string;
      readonly depth: number;
      readonly isOpen: boolean;
    }
  | { readonly kind: 'file'; readonly path: string; readonly name: string; readonly depth: number };

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: string[];
}

/** Folders first, each in the order of the alphabet; what is in a closed folder is left out. */
export function treeRows(files: readonly ScenarioFile[], closed: ReadonlySet<string>): readonly TreeRow[] {
  const root: Folder = { folders: new Map(), files: [] };
  for (const { path } of files) {
    let folder = root;
    for (const name of path.split('/').slice(0, -1)) {
      const next = folder.folders.get(name) ?? { folders: new Map<string, Folder>(), files: [] };
      folder.folders.set(name, next);
      folder = next;
    }
    folder.files.push(path);
  }
  const rows: TreeRow[] = [];
  const add = (folder: Folder, prefix: string, depth: number): void => {
    for (const [name, inner] of [...folder.folders].sort(([a], [b]) => a.localeCompare(b))) {
      const path = prefix + name;
      const isOpen = !closed.has(path);
      rows.push({ kind: 'folder', path, name, depth, isOpen });
      if (isOpen) add(inner, `${path}/`, depth + 1);
    }
    for (const path of [...folder.files].sort((a, b) => a.localeCompare(b)))
      rows.push({ kind: 'file', path, name: fileName(path), depth });
  };
  add(root, '', 0);
  return rows;
}
