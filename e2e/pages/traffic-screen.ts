import type { Locator, Page } from '@playwright/test';

export class TrafficScreen {
  readonly #page: Page;
  readonly dialogs: Locator;
  readonly dialogsPane: Locator;
  readonly filterBox: Locator;
  readonly filterError: Locator;
  /** How many dialogs there are, or are left. */
  readonly matched: Locator;
  readonly ladder: Locator;
  readonly ladderPane: Locator;
  readonly messages: Locator;
  readonly compareButton: Locator;
  readonly clearFilterButton: Locator;
  readonly exportButton: Locator;
  readonly makeScenarioButton: Locator;
  readonly replayButton: Locator;
  readonly followButton: Locator;

  constructor(page: Page) {
    this.#page = page;
    const toolbar = page.getByRole('toolbar', { name: 'Traffic' });
    this.dialogsPane = page.getByRole('region', { name: 'Dialogs', exact: true });
    this.dialogs = page.getByRole('grid', { name: 'Dialogs' });
    this.filterBox = toolbar.getByRole('textbox', { name: 'Filter' });
    this.filterError = page.getByRole('main').getByRole('alert');
    this.matched = toolbar.getByRole('status');
    this.ladderPane = page.getByRole('region', { name: 'Ladder', exact: true });
    this.ladder = page.getByRole('listbox', { name: /^Ladder of/ });
    this.messages = this.ladder.getByRole('option');
    this.compareButton = this.ladderPane.getByRole('button', { name: 'Compare' });
    this.clearFilterButton = page.getByRole('main').getByRole('button', { name: 'Clear filter' }).last();
    this.exportButton = toolbar.getByRole('button', { name: 'Export' });
    this.makeScenarioButton = toolbar.getByRole('button', { name: 'Make scenario' });
    this.replayButton = toolbar.getByRole('button', { name: 'Replay' });
    this.followButton = toolbar.getByRole('button', { name: 'Follow new messages' });
  }

  /** A dialog of the list, by the number people see; only rows in sight are in the page. */
  dialog(number: number): Locator {
    return this.dialogs.getByRole('row', { name: new RegExp(`^dialog ${number},`) });
  }

  get dialogRows(): Locator {
    return this.dialogs.getByRole('row', { name: /^dialog / });
  }

  /** The rows while a dialog lies over them and hides them from screen readers. */
  get hiddenDialogRows(): Locator {
    return this.#page
      .getByRole('grid', { name: 'Dialogs', includeHidden: true })
      .getByRole('row', { name: /^dialog /, includeHidden: true });
  }

  /** What the rows in sight say to a screen reader. */
  dialogNames(): Promise<readonly string[]> {
    return this.dialogRows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
  }

  message(number: number): Locator {
    return this.ladder.getByRole('option', { name: new RegExp(`^message ${number} of `) });
  }

  /** The sign at the right of an arrow that something is wrong with its message. It is drawn: a screen reader hears it in the name. */
  sign(number: number): Locator {
    return this.message(number).locator('.gr .ic');
  }

  /** Method or status of each arrow in sight, in order. */
  async steps(): Promise<readonly string[]> {
    const names = await this.messages.evaluateAll((rows) =>
      rows.map((row) => row.firstElementChild?.textContent ?? ''),
    );
    return names.map((name) => /^message \d+ of \d+, (\S+)/.exec(name)?.[1] ?? name);
  }

  /** Shows or hides a column of the list. */
  async toggleColumn(name: string): Promise<void> {
    await this.#page
      .getByRole('toolbar', { name: 'Traffic' })
      .getByRole('button', { name: 'Columns' })
      .click();
    await this.#page.getByRole('menu').getByRole('menuitem', { name, exact: true }).click();
  }

  /** The Call-ID cells in sight; their column must be shown. */
  get callIds(): Locator {
    return this.dialogRows.getByRole('gridcell', { name: /@/ });
  }

  async callIdOf(dialog: number): Promise<string> {
    return (await this.dialog(dialog).getByRole('gridcell', { name: /@/ }).textContent()) ?? '';
  }

  /** "Nothing matches": its title, and the filters that would. */
  get noMatch(): Locator {
    return this.#page.getByRole('heading', { name: /^0 of .* match$/ });
  }

  get nearFilters(): Locator {
    return this.#page.getByRole('button', { name: /^Use .* dialogs?$/ });
  }

  get startCard(): Locator {
    return this.#page.getByRole('button', { name: /^Start a full UAS/ });
  }

  get listening(): Locator {
    return this.#page.getByRole('heading', { name: 'Listening. Point your device here' });
  }
}
