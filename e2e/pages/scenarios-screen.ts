import { expect, type Locator, type Page } from '@playwright/test';

/** Scenario files, and three views of the one that is open. */
export class ScenariosScreen {
  readonly #page: Page;
  readonly steps: Locator;
  readonly ladder: Locator;
  /** The text, as it is shown. */
  readonly code: Locator;
  readonly problems: Locator;
  /** How the last run went. */
  readonly verdict: Locator;
  readonly targetBox: Locator;
  readonly runButton: Locator;
  readonly debugButton: Locator;
  readonly newDialog: Locator;
  /** What must be known about the file. */
  readonly note: Locator;
  readonly run: Locator;
  /** Of a run for all rows, those that are listed. */
  readonly rows: Locator;

  constructor(page: Page) {
    this.#page = page;
    const main = page.getByRole('main');
    this.steps = page.getByRole('listbox', { name: /^Steps of/ });
    this.ladder = page.getByRole('listbox', { name: /^Ladder of/ });
    this.code = page.getByRole('region', { name: 'Code', exact: true }).locator('.monaco-editor').first();
    this.problems = page.getByRole('region', { name: 'Problems' });
    this.verdict = main.locator('.schead').getByRole('status');
    this.targetBox = page.getByRole('textbox', { name: 'Target' });
    this.runButton = main.getByRole('button', { name: 'Run', exact: true });
    this.debugButton = main.getByRole('button', { name: 'Debug', exact: true });
    this.newDialog = page.getByRole('dialog', { name: 'New scenario' });
    this.note = page.locator('.scscreen > .scnotes').getByRole('alert');
    this.run = page.getByRole('region', { name: 'Run', exact: true });
    this.rows = page.getByRole('list', { name: 'Rows of the run' }).getByRole('listitem');
  }

  /** Where the files are, as the empty screen says. */
  async folder(): Promise<string> {
    const shown = this.#page.getByText(/its copy goes to/).locator('.mono');
    await expect(shown).toHaveText(/scenarios$/, { timeout: 20_000 });
    return (await shown.textContent()) ?? '';
  }

  file(name: string | RegExp): Locator {
    return this.#page.getByRole('treeitem', { name });
  }

  template(name: RegExp): Locator {
    return this.#page.getByRole('button', { name });
  }

  step(name: RegExp): Locator {
    return this.steps.getByRole('option', { name });
  }

  /** One whose steps and messages can be shown. */
  row(name: RegExp): Locator {
    return this.rows.getByRole('button', { name });
  }

  arrow(name: RegExp): Locator {
    return this.ladder.getByRole('option', { name });
  }

  tab(name: string): Locator {
    return this.#page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  button(name: string | RegExp): Locator {
    return this.#page.getByRole('main').getByRole('button', { name });
  }

  /** The text as far as it is on the screen. */
  async text(): Promise<string> {
    await this.code.locator('.view-lines').waitFor();
    return this.#page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.view-lines > .view-line')]
        .sort((a, b) => a.offsetTop - b.offsetTop)
        .map((line) => line.textContent.replaceAll('\u00a0', ' '))
        .join('\n'),
    );
  }

  /** Puts the cursor at the end of the line that holds these words. */
  async goToLine(words: string): Promise<void> {
    await this.code.locator('.view-line').filter({ hasText: words }).first().click();
    await this.#page.keyboard.press('End');
  }
}
