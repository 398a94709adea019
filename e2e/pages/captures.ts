import { basename } from 'node:path';
import type { Locator } from '@playwright/test';
import type { OpenWorkbench } from '../fixtures/workbench.ts';

/** The capture files that are opened in the window. */
export class Captures {
  readonly #workbench: OpenWorkbench;
  readonly strip: Locator;

  constructor(workbench: OpenWorkbench) {
    this.#workbench = workbench;
    this.strip = workbench.page.getByRole('region', { name: 'Opened captures' });
  }

  /** What shows only the dialogs of a file. */
  file(name: string): Locator {
    return this.strip.getByRole('button', { name: new RegExp(`^${name.replaceAll('.', '\\.')} `) });
  }

  closeButton(name: string): Locator {
    return this.strip.getByRole('button', { name: `Close ${name}` });
  }

  /** By the command, from the keyboard: the dialog of the desktop, or that of the browser, answers with the file. */
  async open(file: string): Promise<void> {
    const { page, electron } = this.#workbench;
    if (electron !== undefined) {
      await electron.evaluate(({ dialog }, path) => {
        const asked = new Promise<void>((resolve) => {
          dialog.showOpenDialog = () => {
            resolve();
            return Promise.resolve({ canceled: false, filePaths: [path] });
          };
        });
        Object.assign(globalThis, { asked });
      }, file);
      await this.#choose();
      // The next file would be the answer to this question otherwise.
      await electron.evaluate(() => (globalThis as unknown as { asked: Promise<void> }).asked);
      return;
    }
    const chooser = page.waitForEvent('filechooser');
    await this.#choose();
    await (await chooser).setFiles(file);
  }

  async #choose(): Promise<void> {
    const { page } = this.#workbench;
    // Keys go nowhere until the workbench has answered.
    await page.getByRole('button', { name: /^Search or run a command/ }).waitFor();
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').fill('Open capture');
    await page.keyboard.press('Enter');
  }

  /** As if a file were dropped from the desktop. */
  async drop(name: string, octets: Uint8Array): Promise<void> {
    const base64 = Buffer.from(octets).toString('base64');
    await this.#workbench.page.evaluate(
      ([fileName, text]) => {
        const bytes = Uint8Array.from(atob(text ?? ''), (character) => character.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], fileName ?? ''));
        for (const type of ['dragenter', 'dragover', 'drop'])
          document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }),
          );
      },
      [basename(name), base64],
    );
  }

  async dragOver(): Promise<void> {
    await this.#drag('dragover');
  }

  async dragAway(): Promise<void> {
    await this.#drag('dragleave');
  }

  #drag(type: string): Promise<void> {
    return this.#workbench.page.evaluate((word) => {
      const data = new DataTransfer();
      data.items.add(new File([], 'a.pcap'));
      document.body.dispatchEvent(
        new DragEvent(word, { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    }, type);
  }
}
