import type { Locator, Page } from '@playwright/test';

/** The Load screen: what to run at the left, how it goes at the right. */
export class LoadScreen {
  readonly profile: Locator;
  readonly run: Locator;
  readonly startButton: Locator;
  readonly target: Locator;
  readonly failures: Locator;
  /** The call that stands for the cause that is opened. */
  readonly example: Locator;
  readonly rate: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.profile = page.getByRole('region', { name: 'Profile', exact: true });
    this.run = page.getByRole('region', { name: 'Run', exact: true });
    this.startButton = this.profile.getByRole('button', { name: 'Start', exact: true });
    this.target = this.profile.getByRole('textbox', { name: 'Target', exact: true });
    this.failures = page.getByRole('region', { name: 'Failures', exact: true });
    this.example = page.getByRole('region', { name: /^Example of / });
    this.rate = this.run.getByRole('group', { name: 'Rate' }).getByRole('status');
  }

  number(label: string): Locator {
    return this.profile.getByRole('textbox', { name: label, exact: true });
  }

  /** The word before the name of the run. */
  state(word: string): Locator {
    return this.run.getByText(word, { exact: true });
  }

  button(label: string): Locator {
    return this.run.getByRole('button', { name: new RegExp(`^${label}`) });
  }

  /** One of the six figures. */
  figure(label: string): Locator {
    return this.run.locator('dl > div').filter({ has: this.#page.getByText(label, { exact: true }) });
  }

  /** The whole number that a figure shows large. */
  async count(label: string): Promise<number> {
    const text = await this.figure(label).locator('b').textContent();
    return Number((text ?? '').replace(/\D/g, ''));
  }

  /** Calls that were begun in the latest second. */
  async attemptedLast(): Promise<number> {
    const chart = this.run.getByRole('figure', { name: 'Calls per second' });
    return Number((await chart.locator('.ldfigure b').textContent())?.replace(/\D/g, ''));
  }

  /** What the keyboard moves over a chart. */
  cursor(chart: string): Locator {
    return this.run.getByRole('slider', { name: `${chart}, second` });
  }

  failure(signature: string): Locator {
    return this.failures.getByRole('button', { name: new RegExp(`^${signature}`) });
  }
}
