import type { Locator, Page } from '@playwright/test';

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

  screenButton(name: 'Servers' | 'Traffic'): Locator {
    return this.#page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name });
  }

  async goTo(name: 'Servers' | 'Traffic'): Promise<void> {
    await this.screenButton(name).click();
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

  /** The sentence a page shows that is not let in. */
  get refusal(): Locator {
    return this.#page.getByRole('alert');
  }
}
