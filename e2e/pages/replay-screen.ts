import type { Locator, Page } from '@playwright/test';

/** Recorded dialogs played again, both ladders side by side. */
export class ReplayScreen {
  readonly screen: Locator;
  readonly rows: Locator;
  /** The row under the cursor. */
  readonly chosen: Locator;
  /** How the replay stands. */
  readonly stand: Locator;
  readonly play: Locator;
  readonly stop: Locator;
  readonly target: Locator;

  constructor(page: Page) {
    this.screen = page.getByRole('region', { name: 'Replay', exact: true });
    this.rows = this.screen.getByRole('listbox', { name: /^Recorded and new ladder/ }).getByRole('option');
    this.chosen = this.screen.getByRole('option', { selected: true });
    this.stand = this.screen.getByRole('status');
    this.play = this.screen.getByRole('button', { name: /^Play/ });
    this.stop = this.screen.getByRole('button', { name: /^Stop/ });
    this.target = this.screen.getByRole('textbox', { name: 'against' });
  }

  pace(name: 'Original pace' | 'Fast' | 'Step by step'): Locator {
    return this.screen.getByRole('radio', { name });
  }
}
