import { describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../app/contract/commands.ts';
import { appCommand, type Command, createCommandRegistry, shortcutFor } from './commands.ts';

function aCommand(id: string, change: Partial<Command> = {}): Command {
  return { id, label: id, group: 'Test', scope: 'global', shortcuts: [], run: () => undefined, ...change };
}

describe('command registry', () => {
  it('runs a command by id, and says when there is none or it is off', () => {
    const registry = createCommandRegistry();
    const run = vi.fn();
    registry.register([aCommand('a.do', { run }), aCommand('b.do', { run, isEnabled: () => false })]);
    expect(registry.run('a.do')).toBe(true);
    expect(registry.run('b.do')).toBe(false);
    expect(registry.run('c.do')).toBe(false);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('gives a key to the innermost scope, and further out when that one is off', () => {
    const registry = createCommandRegistry();
    const log: string[] = [];
    let isListReady = true;
    registry.register([
      aCommand('outer', { shortcuts: ['j'], run: () => log.push('outer') }),
      aCommand('inner', {
        scope: 'list',
        shortcuts: ['j', 'ArrowDown'],
        isEnabled: () => isListReady,
        run: () => log.push('inner'),
      }),
    ]);
    expect(registry.press('j', ['list', 'global'])).toBe(true);
    isListReady = false;
    expect(registry.press('j', ['list', 'global'])).toBe(true);
    expect(registry.press('j', ['global'])).toBe(true);
    expect(registry.press('ArrowDown', ['global'])).toBe(false);
    expect(log).toEqual(['inner', 'outer', 'outer']);
  });

  it('forgets commands when they are taken back, and tells about it', () => {
    const registry = createCommandRegistry();
    const changed = vi.fn();
    registry.onChanged(changed);
    const before = registry.list();
    const takeBack = registry.register([aCommand('a.do')]);
    expect(registry.list().map((c) => c.id)).toEqual(['a.do']);
    expect(registry.list()).toBe(registry.list());
    takeBack();
    takeBack();
    expect(registry.list()).toEqual([]);
    expect(before).toEqual([]);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('keeps every command in its place while sets come, go and come again', () => {
    const registry = createCommandRegistry();
    const ids = (): string[] => registry.list().map((c) => c.id);
    const takeBack = registry.register([aCommand('b.do'), aCommand('view.palette')]);
    registry.register([aCommand('a.do'), aCommand('server.new')]);
    const order = ['server.new', 'view.palette', 'b.do', 'a.do'];
    expect(ids()).toEqual(order);
    takeBack();
    expect(ids()).toEqual(['server.new', 'a.do']);
    registry.register([aCommand('b.do'), aCommand('view.palette')]);
    expect(ids()).toEqual(order);
  });

  it('lets the later of two commands with one id count', () => {
    const registry = createCommandRegistry();
    registry.register([aCommand('a.do', { label: 'old' })]);
    const takeBack = registry.register([aCommand('a.do', { label: 'new' })]);
    expect(registry.list().map((c) => c.label)).toEqual(['new']);
    takeBack();
    expect(registry.list().map((c) => c.label)).toEqual(['old']);
  });

  it('takes label, menu and key of an application command from the list the native menu uses', () => {
    for (const { id, label, menu } of COMMANDS) {
      const command = appCommand(id, { run: () => undefined });
      expect(command).toMatchObject({ id, label, group: menu, scope: 'global' });
      expect(command.shortcuts[0]).toBe(shortcutFor(id));
    }
    expect(appCommand('view.palette', { run: () => undefined, moreShortcuts: ['F1'] }).shortcuts).toEqual([
      'Mod+K',
      'F1',
    ]);
  });
});
