import type { Locator, Page } from '@playwright/test';

/** The bar of the living lab, and the card that starts it. */
export class LabBar {
  readonly root: Locator;
  readonly startCard: Locator;
  readonly stopButton: Locator;
  readonly hangUpButton: Locator;

  constructor(page: Page) {
    this.root = page.getByRole('region', { name: 'Living lab' });
    this.startCard = page.getByRole('button', { name: /^Start a lab/ });
    this.stopButton = this.root.getByRole('button', { name: 'Stop lab' });
    this.hangUpButton = this.root.getByRole('button', { name: 'Hang up' });
  }

  phone(name: 'Alice' | 'Bob'): Locator {
    return this.root.getByRole('listitem', { name: `${name}, registered` });
  }

  callButton(from: 'Alice' | 'Bob'): Locator {
    return this.root.getByRole('button', { name: `${from} calls` });
  }

  /** What is said of the call. */
  get call(): Locator {
    return this.root.getByRole('status');
  }
}
