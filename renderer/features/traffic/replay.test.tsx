import { afterEach, describe, expect, test, vi } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { createFakeBackend, type FakeBackend } from '../../testing/fake-backend.ts';
import { BUSY } from '../../testing/fake-replay.ts';
import { renderTraffic, type RenderedTraffic } from './testing/render-traffic.tsx';

/** A whole screen is drawn for each step, which a busy machine takes its time for. */
vi.setConfig({ testTimeout: 60_000 });

let shown: RenderedTraffic | undefined;
afterEach(async () => {
  await shown?.unmount();
  shown = undefined;
});

/** The replay screen of the dialog under the cursor. */
async function open(): Promise<{ readonly page: RenderedTraffic; readonly backend: FakeBackend }> {
  const backend = createFakeBackend();
  shown = await renderTraffic(backend);
  await shown.click(shown.find('button', 'Replay'));
  return { page: shown, backend };
}

const chosenRow = (page: RenderedTraffic): string =>
  page
    .queryAll('option')
    .find((option) => option.getAttribute('aria-selected') === 'true')
    ?.querySelector('.sr')?.textContent ?? '';
const lastOf = (backend: FakeBackend, method: string) =>
  backend.calls.filter((one) => one.method === method).at(-1)?.params;

describe('the replay screen', () => {
  test('shows the recording before anything is played, and plays it against where it went then', async () => {
    const { page, backend } = await open();
    expect(page.queryAll('option')).toHaveLength(7);
    expect(page.queryAll('option')[0]?.querySelector('.sr')?.textContent).toBe(
      'recorded: INVITE from alice to target after 0.000 s, not now, not played yet',
    );
    await page.click(page.find('button', 'PlayCtrl'));
    expect(lastOf(backend, 'replay.start')).toMatchObject({
      lanes: ['127.0.0.1:5071'],
      target: '127.0.0.1:5060',
      pace: 'original',
    });
  });

  test('tells what differs in sentences that lead to their rows; n goes from one to the next', async () => {
    const { page, backend } = await open();
    await page.press('Enter', { ctrlKey: true });
    await page.settle(() => {
      backend.replay.set(BUSY);
    });
    expect(page.find('status', '4 differences').textContent).toBe('4 differences, after 0.005 s');
    await page.press('n');
    expect(chosenRow(page)).toMatch(
      /^recorded: 180 Ringing .*, not now, did not come again, alice gets no 180/,
    );
    await page.press('n');
    expect(chosenRow(page)).toContain('now: 486 Busy Here');
    await page.press('j');
    expect(chosenRow(page)).toContain('the same');
    await page.click(page.find('button', 'target gets no BYE'));
    expect(chosenRow(page)).toMatch(/^recorded: BYE/);
  });

  test('sends what is held with Space, lets the rest go with g, and stops', async () => {
    const { page, backend } = await open();
    await page.click(page.find('radio', 'Step by step'));
    await page.press('Enter', { ctrlKey: true });
    expect(page.find('status', 'Held').textContent).toBe('Held: send INVITE');
    await page.press(' ');
    expect(lastOf(backend, 'replay.step')).toEqual({ replay: 'replay-1' });
    await page.press('g');
    expect(lastOf(backend, 'replay.continue')).toEqual({ replay: 'replay-1' });
    await page.click(page.find('button', 'Stop'));
    expect(page.find('status', 'Stopped').textContent).toContain('Stopped after');
    expect(page.find('button', 'Play again')).toBeDefined();
  });

  test('says why it cannot be played, and goes back to the ladder with Escape', async () => {
    const { page, backend } = await open();
    const problem = 'nobody leads nowhere: it has no address.';
    backend.failNext('replay.start', new ContractError('invalid-config', problem));
    await page.press('Enter', { ctrlKey: true });
    expect(page.find('alert', 'nobody leads nowhere')).toBeDefined();
    await page.press('Escape');
    expect(page.queryAll('region', 'Replay')).toEqual([]);
  });
});
