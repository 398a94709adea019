import type { Locator, Page } from '@playwright/test';

/** The pane that shows one message: parsed, raw, in hexadecimal. */
export class Inspector {
  readonly root: Locator;
  readonly tree: Locator;
  readonly raw: Locator;
  readonly hex: Locator;
  /** Says which octets are selected. */
  readonly selection: Locator;

  constructor(page: Page) {
    this.root = page.getByRole('region', { name: 'Inspector' });
    this.tree = this.root.getByRole('tree', { name: 'Parsed message' });
    this.raw = this.root.getByRole('region', { name: 'Raw octets' });
    this.hex = this.root.getByRole('region', { name: 'Octets in hexadecimal' });
    this.selection = this.root.getByRole('status');
  }

  tab(name: 'Parsed' | 'Raw' | 'Hex' | 'Findings'): Locator {
    return this.root.getByRole('tab', { name });
  }

  /** What is wrong with the message, in the tab of that name. */
  get findings(): Locator {
    return this.root.getByRole('list', { name: 'Findings' }).getByRole('button');
  }

  part(name: string | RegExp): Locator {
    return this.tree.getByRole('treeitem', { name });
  }

  /** The value of a part as the tree says it to a screen reader. */
  async value(label: string): Promise<string> {
    const name = await this.part(new RegExp(`^${label}: `))
      .first()
      .evaluate((row) => row.firstElementChild?.textContent ?? '');
    return name.slice(label.length + 2);
  }

  /** The octets that are lit in the raw view, as text. */
  async litText(): Promise<string> {
    return (await litIn(this.raw)).join('');
  }

  /** The octets that are lit in the hex view. */
  async litOctets(): Promise<Buffer> {
    const cells = (await litIn(this.hex)).filter((text) => /^[0-9a-f]{2}$/i.test(text));
    return Buffer.from(cells.join(''), 'hex');
  }
}

/** Lit pieces have no role of their own: a person sees them by their ground. */
function litIn(view: Locator): Promise<string[]> {
  return view.evaluate((root) =>
    [...root.querySelectorAll('[data-at].lit')].map((piece) => piece.textContent),
  );
}
