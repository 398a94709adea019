import type { Locator, Page } from '@playwright/test';

export type ScreenName = 'Servers' | 'Traffic' | 'Scenarios' | 'Load' | 'State';

/** What is around every screen: rail, palette, sheet of shortcuts, settings, status bar, notifications. */
export class Shell {
  readonly #page: Page;
  readonly palette: Locator;
  readonly commandBox: Locator;
  readonly shortcutSheet: Locator;
  readonly status: Locator;
  readonly notifications: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.palette = page.getByRole('dialog', { name: 'Command palette' });
    this.commandBox = this.palette.getByRole('combobox');
    this.shortcutSheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    this.status = page.getByRole('contentinfo', { name: 'Status' });
    this.notifications = page.getByRole('region', { name: /^Notifications/ });
  }

  screenButton(name: ScreenName): Locator {
    return this.#page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name });
  }

  async goTo(name: ScreenName): Promise<void> {
    await this.screenButton(name).click();
  }

  get commands(): Locator {
    return this.palette.getByRole('option');
  }

  command(label: string | RegExp): Locator {
    return this.palette.getByRole('option', { name: label });
  }

  async chooseTheme(name: 'Light' | 'Dark'): Promise<void> {
    const settings = this.#page.getByRole('dialog', { name: 'Settings' });
    await this.#page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('button', { name: 'Settings' })
      .click();
    await settings.getByRole('radio', { name, exact: true }).click();
    await this.#page.keyboard.press('Escape');
    await settings.waitFor({ state: 'detached' });
  }

  /** Places that scroll although nothing in them is meant to: the window, and every box around a pane. */
  overflowing(): Promise<readonly string[]> {
    return this.#page.evaluate(() => {
      const panes = [...document.querySelectorAll('section[aria-label]')];
      const around = new Set<Element>([document.documentElement]);
      for (const pane of panes)
        for (let box = pane.parentElement; box !== null; box = box.parentElement)
          if (!box.matches('[role], .scroll')) around.add(box);
      return [...around]
        .filter(
          (box) => /auto|scroll/.test(getComputedStyle(box).overflowY) && box.scrollHeight > box.clientHeight,
        )
        .map((box) => `${box.tagName} ${box.className} ${box.id}`);
    });
  }

  /** The sentence a page shows that is not let in. */
  get refusal(): Locator {
    return this.#page.getByRole('alert');
  }
}
