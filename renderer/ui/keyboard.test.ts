import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommandRegistry } from './commands.ts';
import { cyclePanes, handleKey } from './keyboard.ts';

describe('keyboard', () => {
  const registry = createCommandRegistry();
  let log: string[] = [];
  const command = (id: string, scope: string, shortcut: string) => ({
    id,
    label: id,
    group: 'Test',
    scope,
    shortcuts: [shortcut],
    run: () => log.push(id),
  });
  registry.register([
    command('global letter', 'global', 'x'),
    command('global key', 'global', 'F9'),
    command('select all', 'global', 'Mod+A'),
    command('screen letter', 'traffic', 'j'),
    command('pane letter', 'ladder', 'j'),
    command('space', 'global', 'Space'),
  ]);

  beforeEach(() => {
    log = [];
    document.body.innerHTML = `
      <section data-pane id="one"><input id="text"><button id="button">b</button></section>
      <section data-pane id="two" data-scope="ladder" tabindex="-1"><div id="row" tabindex="0" data-pane-focus>r</div></section>
      <div class="float"><div id="menu" tabindex="0">m</div></div>`;
  });
  afterEach(() => {
    document.body.innerHTML = '';
  });

  function press(id: string | undefined, key: string, init: KeyboardEventInit = {}): boolean {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
    const target = id === undefined ? document.body : document.getElementById(id);
    const listen = (e: KeyboardEvent): void => {
      handleKey(e, registry, 'traffic');
    };
    document.addEventListener('keydown', listen);
    target?.dispatchEvent(event);
    document.removeEventListener('keydown', listen);
    return event.defaultPrevented;
  }

  it('asks the pane, then the screen, then the window', () => {
    press('row', 'j');
    press(undefined, 'j');
    press('row', 'x');
    expect(log).toEqual(['pane letter', 'screen letter', 'global letter']);
  });

  it('leaves letters and editing keys to a text field, but not F keys', () => {
    expect(press('text', 'x')).toBe(false);
    expect(press('text', 'a', { ctrlKey: true })).toBe(false);
    expect(press('text', 'F9')).toBe(true);
    expect(log).toEqual(['global key']);
  });

  it('leaves Space to a button', () => {
    press('button', ' ');
    expect(log).toEqual([]);
    press('row', ' ');
    expect(log).toEqual(['space']);
  });

  it('leaves everything to an open menu or dialog', () => {
    press('menu', 'x');
    press('menu', 'F9');
    expect(log).toEqual([]);
  });

  it('goes round the panes, to what takes their focus', () => {
    document.getElementById('text')?.focus();
    cyclePanes(1);
    expect(document.activeElement?.id).toBe('row');
    document.getElementById('one')?.setAttribute('tabindex', '-1');
    cyclePanes(1);
    expect(document.activeElement?.id).toBe('one');
    cyclePanes(-1);
    expect(document.activeElement?.id).toBe('row');
  });

  it('leaves out the panes of screens that are not shown', () => {
    const hidden = document.body.appendChild(document.createElement('div'));
    hidden.style.display = 'none';
    hidden.innerHTML = '<section data-pane tabindex="-1" id="hidden"></section>';
    document.getElementById('row')?.focus();
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 6; i++) {
      cyclePanes(1);
      seen.add(document.activeElement?.id);
    }
    expect(seen).toContain('row');
    expect(seen).not.toContain('hidden');
    hidden.remove();
  });
});
