import type { Locator, Page } from '@playwright/test';

/** Two messages side by side. */
export class Compare {
  readonly root: Locator;
  readonly table: Locator;
  readonly closeButton: Locator;

  constructor(page: Page) {
    this.root = page.getByRole('region', { name: 'Compare' });
    this.table = this.root.getByRole('table', { name: 'Differences' });
    this.closeButton = this.root.getByRole('button', { name: 'Close' });
  }

  row(field: string): Locator {
    return this.table
      .getByRole('row')
      .filter({ has: this.table.page().getByRole('rowheader', { name: field }) });
  }

  chip(difference: 'changed' | 'added' | 'removed' | 'equal'): Locator {
    return this.root.getByRole('button', { name: new RegExp(`^\\d+ ${difference}$`) });
  }
}
