import type { TreeNode } from '../../../app/contract/traffic.ts';
import type { ByteRange } from './byte-lines.ts';

/** A visible row of the tree. */
export interface TreeRow {
  /** Labels from the root, `Via/branch`; a repeated label gets a number: `Via#2`. The same in every message, so that what was opened stays open. */
  readonly path: string;
  readonly node: TreeNode;
  readonly depth: number;
  readonly isExpandable: boolean;
  readonly isExpanded: boolean;
  readonly parent: string | undefined;
  /** Place among its siblings, from 1. */
  readonly position: number;
  readonly siblings: number;
}

function pathsOf(nodes: readonly TreeNode[], parent: string | undefined): readonly string[] {
  const seen = new Map<string, number>();
  return nodes.map((node) => {
    const count = (seen.get(node.label) ?? 0) + 1;
    seen.set(node.label, count);
    const name = count === 1 ? node.label : `${node.label}#${String(count)}`;
    return parent === undefined ? name : `${parent}/${name}`;
  });
}

/** The rows of a tree of which some nodes are open. */
export function flattenTree(nodes: readonly TreeNode[], expanded: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (list: readonly TreeNode[], depth: number, parent: string | undefined): void => {
    const paths = pathsOf(list, parent);
    list.forEach((node, i) => {
      const path = paths[i] ?? node.label;
      const isExpandable = node.children.length > 0;
      const isExpanded = isExpandable && expanded.has(path);
      rows.push({
        path,
        node,
        depth,
        isExpandable,
        isExpanded,
        parent,
        position: i + 1,
        siblings: list.length,
      });
      if (isExpanded) walk(node.children, depth + 1, path);
    });
  };
  walk(nodes, 0, undefined);
  return rows;
}

/** The deepest named part that holds an octet, and every ancestor's path. */
export function findNodeAt(
  nodes: readonly TreeNode[],
  offset: number,
): { readonly path: string; readonly node: TreeNode; readonly ancestors: readonly string[] } | undefined {
  let list = nodes;
  let parent: string | undefined;
  const ancestors: string[] = [];
  let found: { path: string; node: TreeNode } | undefined;
  for (;;) {
    const i = list.findIndex((node) => node.start <= offset && offset < node.end);
    const node = list[i];
    if (node === undefined) break;
    const path = pathsOf(list, parent)[i] ?? node.label;
    if (found !== undefined) ancestors.push(found.path);
    found = { path, node };
    parent = path;
    list = node.children;
  }
  return found === undefined ? undefined : { ...found, ancestors };
}

/** The part named by a path, when this message has it. */
export function findNodeByPath(nodes: readonly TreeNode[], path: string): TreeNode | undefined {
  let list = nodes;
  let parent: string | undefined;
  for (;;) {
    const paths = pathsOf(list, parent);
    const i = paths.findIndex((own) => path === own || path.startsWith(`${own}/`));
    const node = list[i];
    const own = paths[i];
    if (node === undefined || own === undefined) return undefined;
    if (own === path) return node;
    parent = own;
    list = node.children;
  }
}

/** Every path with children, down to a depth: what "expand all" opens. */
export function expandablePaths(nodes: readonly TreeNode[], depth = Infinity): ReadonlySet<string> {
  const paths = new Set<string>();
  const walk = (list: readonly TreeNode[], parent: string | undefined, level: number): void => {
    if (level >= depth) return;
    const own = pathsOf(list, parent);
    list.forEach((node, i) => {
      const path = own[i];
      if (path === undefined || node.children.length === 0) return;
      paths.add(path);
      walk(node.children, path, level + 1);
    });
  };
  walk(nodes, undefined, 0);
  return paths;
}

/** The range a row links to. */
export function rangeOf(node: TreeNode): ByteRange {
  return { start: node.start, end: node.end };
}
