import type { Locator, Page } from '@playwright/test';

export type StateTab = 'Registrations' | 'Dialogs' | 'Transactions' | 'Subscriptions' | 'Connections' | 'DNS';

/** What a running server holds. */
export class StateScreen {
  readonly #page: Page;
  /** Which server is shown. */
  readonly serverChoice: Locator;
  /** The rows of the table that is shown, without its head. */
  readonly rows: Locator;
  readonly selected: Locator;
  readonly details: Locator;
  /** Asks before something is lost. */
  readonly question: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.serverChoice = page.getByRole('combobox', { name: 'Server', exact: true });
    this.rows = page.getByRole('main').locator('[role="row"][aria-label]').filter({ visible: true });
    this.selected = this.rows.and(page.locator('[aria-selected="true"]'));
    this.details = page.getByRole('region', { name: 'Details', exact: true });
    this.question = page.getByRole('dialog');
  }

  tab(name: StateTab): Locator {
    return this.#page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  /** The table of that name with the bar above it. */
  table(name: StateTab): Locator {
    return this.#page.getByRole('region', { name, exact: true });
  }

  async open(name: StateTab): Promise<void> {
    await this.tab(name).click();
  }

  /** A row by what it says to a screen reader. */
  row(name: RegExp): Locator {
    return this.#page.getByRole('row', { name });
  }

  filterBox(name: StateTab): Locator {
    return this.table(name).getByRole('textbox', { name: /^Filter/ });
  }

  /** What can be done with the selected row. */
  action(label: string | RegExp): Locator {
    return this.#page.getByRole('main').getByRole('button', { name: label });
  }

  /** Says yes to what is asked. */
  async confirm(label: string): Promise<void> {
    await this.question.getByRole('button', { name: label, exact: true }).click();
    await this.question.waitFor({ state: 'detached' });
  }

  async chooseServer(name: string): Promise<void> {
    await this.serverChoice.click();
    await this.#page.getByRole('option', { name, exact: true }).click();
  }
}
