import type { Locator, Page } from '@playwright/test';

/** One server: its head, its problem, its form. */
export class ServerPane {
  readonly root: Locator;
  readonly startButton: Locator;
  readonly stopButton: Locator;
  readonly restartButton: Locator;
  /** What is wrong, with the ways out. */
  readonly problem: Locator;
  readonly nameBox: Locator;
  readonly ringTimeBox: Locator;
  readonly unsaved: Locator;
  /** What the dials say that the configuration does not. */
  readonly turned: Locator;

  constructor(page: Page, name: string) {
    this.root = page.getByRole('region', { name, exact: true });
    this.startButton = this.root.getByRole('button', { name: 'Start', exact: true });
    this.stopButton = this.root.getByRole('button', { name: 'Stop', exact: true });
    this.restartButton = this.root.getByRole('button', { name: 'Restart', exact: true });
    this.problem = this.root.getByRole('alert');
    this.nameBox = this.root.getByRole('textbox', { name: 'Name', exact: true });
    this.ringTimeBox = this.root.getByRole('textbox', { name: 'Ring time' });
    this.unsaved = this.root.getByRole('status').filter({ hasText: 'Unsaved changes' });
    this.turned = this.root.getByRole('status').filter({ hasText: /dials? (is|are) turned/ });
  }

  /** The word beside the name. */
  state(word: string | RegExp): Locator {
    return this.root.getByText(word, typeof word === 'string' ? { exact: true } : {});
  }

  /** One of its tabs: Behaviour (while it runs), Settings, Configuration, Log. */
  tab(name: string): Locator {
    return this.root.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  /** What opens the rare options of a group. */
  opener(name: RegExp): Locator {
    return this.root.locator('button[aria-expanded="false"]').filter({ hasText: name });
  }

  /** Arms what the row of that part of the Behaviour tab says. */
  armButton(part: string): Locator {
    return this.root.getByRole('region', { name: part }).getByRole('button', { name: 'Arm', exact: true });
  }

  /** What is armed in that part. */
  armed(part: string): Locator {
    return this.root.getByRole('region', { name: part }).getByRole('listitem');
  }

  portBox(listener: number): Locator {
    return this.root
      .getByRole('group', { name: `Listener ${listener}` })
      .getByRole('textbox', { name: 'Port' });
  }

  wayOut(label: string | RegExp): Locator {
    return this.problem.getByRole('button', { name: label });
  }

  /** A new server has a UDP and a TCP listener; both get the port. */
  async setPort(port: number): Promise<void> {
    await this.portBox(1).fill(String(port));
    await this.portBox(2).fill(String(port));
  }
}

export class ServersScreen {
  readonly #page: Page;
  readonly list: Locator;
  readonly activity: Locator;
  /** The handlers of the selected server, in order. */
  readonly whatItDoes: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.list = page.getByRole('region', { name: 'Servers', exact: true });
    this.activity = page.getByRole('region', { name: 'Activity' });
    this.whatItDoes = page.getByRole('region', { name: 'What it does with a request' });
  }

  /** The card of a mode. */
  mode(title: string): Locator {
    return this.#page.getByRole('main').getByRole('button', { name: new RegExp(`^${title}`) });
  }

  /** The name of the server whose pane is shown. */
  async selectedName(): Promise<string> {
    return this.#page.getByRole('textbox', { name: 'Name', exact: true }).inputValue();
  }

  get addButton(): Locator {
    return this.list.getByRole('button', { name: 'Add server' });
  }

  server(name: string): ServerPane {
    return new ServerPane(this.#page, name);
  }

  /** The row of a server in one of the groups of the list. */
  row(group: 'Problems' | 'Running' | 'Stopped', name: string): Locator {
    return this.list
      .getByRole('region', { name: group })
      .getByRole('button', { name: new RegExp(`^${name} `) });
  }

  /** Makes the first server, on this port of UDP and TCP, and starts it. */
  async startFirst(port: number, name = 'uas'): Promise<ServerPane> {
    await this.mode('Full UAS').click();
    const fresh = this.server('uas');
    await fresh.setPort(port);
    if (name !== 'uas') await fresh.nameBox.fill(name);
    await fresh.startButton.click();
    const server = this.server(name);
    await server.stopButton.waitFor();
    return server;
  }
}
