import { afterEach, describe, expect, it } from 'vitest';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';

/* Verified: the picker in the top bar, the editor, and what a run is started with. */

let app: RenderedApp;
afterEach(() => app.unmount());

const FILE = 'lab:\n  target: sip:127.0.0.1\nstaging:\n';
const picker = (): string => app.get('button', /^Environment: /).textContent;
const text = (): HTMLTextAreaElement => app.get('textarea', 'Environments, YAML') as HTMLTextAreaElement;
const choose = (name: string): Promise<void> => app.after(() => void app.parts.registry.run(name));

describe('environments', () => {
  it('are chosen by name, and the choice goes with each run and load', async () => {
    app = await renderApp({ environments: FILE });
    expect(picker()).toBe('No environment');
    await choose('environments.use:lab');
    expect(picker()).toBe('lab');
    expect(app.parts.preferences.get('environment')).toBe('lab');
    expect(app.parts.scenarios.environment()).toBe('lab');
    await choose('environments.none');
    expect(app.parts.scenarios.environment()).toBeUndefined();
  });

  it('are edited as text: what is wrong is said at its line, and nothing typed is lost by closing', async () => {
    app = await renderApp({ environments: FILE });
    await choose('environments.use:lab');
    await choose('environments.edit');
    expect(text().value).toBe(FILE);
    await app.type(text(), 'oops\n');
    await app.click(app.get('button', /^Save/));
    expect(app.text()).toContain('Line 1: expected a name.');
    await app.click(app.get('button', 'Close'));
    await choose('environments.edit');
    expect(text().value).toBe('oops\n');
    await app.type(text(), 'night:\n');
    await app.press('Enter', { ctrlKey: true });
    expect(document.querySelector('[role="dialog"]')).toBeNull();
    // The chosen one is gone with its name.
    expect(picker()).toBe('No environment');
    await choose('environments.use:night');
    expect(picker()).toBe('night');
  });

  it('are not overwritten unasked where somebody else changed the file', async () => {
    app = await renderApp({ environments: FILE });
    await choose('environments.edit');
    await app.type(text(), 'mine:\n');
    app.fake.environments.writeOutside('theirs:\n');
    await app.click(app.get('button', /^Save/));
    expect(app.text()).toContain('was changed on the disk meanwhile. Saving again overwrites what is there.');
    await app.click(app.get('button', 'Discard changes'));
    expect(text().value).toBe('theirs:\n');
  });

  it('mark a choice that is not there any more', async () => {
    app = await renderApp({ environments: FILE });
    await choose('environments.use:staging');
    app.fake.environments.writeOutside('lab:\n');
    await app.after(() => void app.parts.environments.getState().load());
    expect(app.get('button', 'Environment: staging, which is not there').textContent).toBe('staging');
  });
});
