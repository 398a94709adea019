import type { Locator, Page } from '@playwright/test';

export class ExportDialog {
  readonly root: Locator;
  /** "Save" in a browser, "Save as…" where there is a native dialog. */
  readonly saveButton: Locator;

  constructor(page: Page) {
    this.root = page.getByRole('dialog', { name: 'Export capture' });
    this.saveButton = this.root.getByRole('button', { name: /^Save/ });
  }

  scope(
    label: 'Everything recorded' | 'Selected dialogs' | 'What the filter lets through' | 'This dialog',
  ): Locator {
    return this.root.getByRole('radio', { name: label });
  }
}
