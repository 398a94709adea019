import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../app/contract/commands.ts';
import { menuTemplate, toAccelerator } from './menu-template.ts';

const itemsOf = (menu: MenuItemConstructorOptions): MenuItemConstructorOptions[] =>
  Array.isArray(menu.submenu) ? menu.submenu : [];

function build(platform: string, isPackaged = true) {
  const chosen: string[] = [];
  const template = menuTemplate({ platform, isPackaged, choose: (command) => chosen.push(command) });
  return { chosen, template, items: template.flatMap(itemsOf) };
}

describe('native menu', () => {
  it.each(['linux', 'darwin', 'win32'])('has every command that belongs to a menu, once: %s', (platform) => {
    const { items } = build(platform);
    const ids = items.flatMap(({ id }) => id ?? []);
    expect(ids).toEqual(COMMANDS.map(({ id }) => id));
  });

  it('tells which command was chosen', () => {
    const { items, chosen } = build('linux');
    const item = items.find(({ id }) => id === 'server.new');
    (item?.click as (() => void) | undefined)?.();
    expect(chosen).toEqual(['server.new']);
  });

  it('shows shortcuts without taking their keys from the page', () => {
    const { items } = build('linux');
    expect(items.find(({ id }) => id === 'view.theme')).toMatchObject({
      accelerator: 'CmdOrCtrl+Shift+L',
      registerAccelerator: false,
    });
    expect(
      items.filter(
        ({ id, accelerator, registerAccelerator }) =>
          id !== undefined && accelerator !== undefined && registerAccelerator !== false,
      ),
    ).toEqual([]);
  });

  it('follows the platform', () => {
    expect(build('darwin').template[0]).toEqual({ role: 'appMenu' });
    expect(build('linux').template.map(({ label, role }) => label ?? role)).toEqual([
      'File',
      'editMenu',
      'View',
      'Server',
      'Traffic',
      'windowMenu',
      'Help',
    ]);
    expect(itemsOf(build('linux').template[0] ?? {}).at(-1)).toEqual({ role: 'quit' });
  });

  it('has developer tools only outside of releases', () => {
    const tools = (isPackaged: boolean) =>
      build('linux', isPackaged).items.some(({ role }) => role === 'toggleDevTools');
    expect([tools(true), tools(false)]).toEqual([false, true]);
  });

  it.each([
    ['Mod+K', 'CmdOrCtrl+K'],
    ['Shift+F9', 'Shift+F9'],
    ['?', '?'],
  ])('writes %s as %s', (shortcut, accelerator) => {
    expect(toAccelerator(shortcut)).toBe(accelerator);
  });
});
