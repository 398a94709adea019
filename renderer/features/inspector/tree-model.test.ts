import { describe, expect, test } from 'vitest';
import { expandablePaths, findNodeAt, findNodeByPath, flattenTree } from './tree-model.ts';
import { INVITE_TEXT, TREE, aNode } from './testing/builders.ts';

describe('the tree', () => {
  test('shows the children of what is open', () => {
    const rows = flattenTree(TREE, new Set(['Via']));
    expect(rows.map((row) => `${'  '.repeat(row.depth)}${row.node.label}`)).toEqual([
      'Request line',
      'Via',
      '  sent-by',
      '  branch',
      'From',
      'Subject',
    ]);
    expect(rows[1]).toMatchObject({ isExpandable: true, isExpanded: true, position: 2, siblings: 4 });
    expect(rows[3]).toMatchObject({ path: 'Via/branch', parent: 'Via', position: 2, siblings: 2 });
  });

  test('repeated labels are told apart', () => {
    const twice = [
      aNode('Via', 'SIP/2.0/UDP', 'header', [aNode('branch', 'z9hG4bK1')]),
      aNode('Via', 'rport'),
    ];
    expect(flattenTree(twice, new Set()).map((row) => row.path)).toEqual(['Via', 'Via#2']);
    expect(findNodeByPath(twice, 'Via#2')?.value).toBe('rport');
    expect(findNodeByPath(twice, 'Via/branch')?.value).toBe('z9hG4bK1');
    expect(findNodeByPath(twice, 'Via#2/branch')).toBeUndefined();
  });

  test('an octet leads to the deepest part that holds it', () => {
    const at = INVITE_TEXT.indexOf('z9hG4bK1');
    expect(findNodeAt(TREE, at)).toMatchObject({ path: 'Via/branch', ancestors: ['Via'] });
    expect(findNodeAt(TREE, INVITE_TEXT.indexOf('Via:'))).toMatchObject({ path: 'Via', ancestors: [] });
    expect(findNodeAt(TREE, INVITE_TEXT.length)).toBeUndefined();
  });

  test('everything that can be opened, to a depth', () => {
    expect([...expandablePaths(TREE)]).toEqual(['Request line', 'Via']);
    expect(expandablePaths(TREE, 0).size).toBe(0);
  });
});
