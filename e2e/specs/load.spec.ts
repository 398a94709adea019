import { barriers } from '../fixtures/axe.ts';
import { freePort } from '../fixtures/peers.ts';
import { expect as expectSoon, test } from '../fixtures/workbench.ts';
import { LoadScreen } from '../pages/load-screen.ts';

/** A run is told four times a second, its seconds once, and the machine may be busy. */
const expect = expectSoon.configure({ timeout: 60_000 });

test('a run against a server: figures rise, the rate is changed, a failure is shown with its call, and it drains', async ({
  servers,
  shell,
  workbench: { page },
}) => {
  test.setTimeout(240_000);
  const load = new LoadScreen(page);
  const port = await freePort();
  const server = await servers.startFirst(port);
  await shell.goTo('Load');
  await expect(load.run).toContainText('No load has run yet');
  await load.profile.getByRole('button', { name: 'Use uas' }).click();
  await expect(load.target).toHaveValue(`sip:bob@127.0.0.1:${port}`);
  await load.number('Rate').fill('5');
  await load.number('Duration').fill('');
  await load.startButton.click();
  await expect(load.state('Running')).toBeVisible();
  await expect.poll(() => load.count('Succeeded')).toBeGreaterThan(5);
  await expect(load.figure('Active now')).toContainText('peak');
  await expect(load.figure('Setup p95')).toContainText('ms');
  await expect(load.startButton).toBeDisabled();

  // SIPp's keys.
  await load.run.click({ position: { x: 2, y: 200 } });
  await page.keyboard.press('*');
  await page.keyboard.press('+');
  await expect(load.rate).toHaveText('16 cps');
  await expect.poll(() => load.attemptedLast()).toBeGreaterThanOrEqual(14);
  await page.keyboard.press('/');
  await load.button('One call per second less').click();
  await expect(load.rate).toHaveText('5 cps');
  await expect.poll(() => load.attemptedLast()).toBeLessThanOrEqual(7);

  // The next caller is refused.
  await shell.goTo('Servers');
  await server.tab('Behaviour').click();
  await server.armButton('Override the next response').click();
  await shell.goTo('Load');
  await expect(load.failure('486 Busy Here')).toContainText('1');
  await load.failure('486 Busy Here').click();
  await expect(load.example.getByRole('listitem')).not.toHaveCount(0);
  await expect(load.example.getByLabel('Message', { exact: true })).toContainText('SIP/2.0 486 Busy Here');
  await load.example
    .getByRole('button', { name: /INVITE from/ })
    .first()
    .click();
  await expect(load.example.getByLabel('Message', { exact: true })).toContainText('INVITE sip:bob@');
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(load.example).toHaveCount(0);

  await load.button('Pause').click();
  await expect(load.state('Paused')).toBeVisible();
  await expect.poll(() => load.count('Active now')).toBe(0);
  const paused = await load.count('Attempts');
  await load.button('Resume').click();
  await expect.poll(() => load.count('Attempts')).toBeGreaterThan(paused + 3);

  await load.button('Drain').click();
  await expect(load.state('Ended')).toBeVisible();
  expect(await load.count('Active now')).toBe(0);
  expect(await load.count('Failed')).toBe(1);
  expect(await load.count('Succeeded')).toBe((await load.count('Attempts')) - 1);
  await expect(load.startButton).toBeEnabled();
});

test('by keyboard alone: started, steered, read second by second, and stopped', async ({
  servers,
  workbench: { page },
}) => {
  test.setTimeout(240_000);
  const load = new LoadScreen(page);
  const { keyboard } = page;
  const port = await freePort();
  await servers.startFirst(port);
  await keyboard.press('ControlOrMeta+k');
  await keyboard.type('Load');
  await keyboard.press('Enter');
  await expect(load.profile).toBeVisible();
  await load.target.focus();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type(`sip:bob@127.0.0.1:${port}`);
  await expect(load.startButton).toBeEnabled();
  // Letters belong to the field; this key does not.
  await keyboard.press('ControlOrMeta+Enter');
  await expect(load.state('Running')).toBeVisible();
  await expect.poll(() => load.count('Attempts')).toBeGreaterThan(0);
  await keyboard.press('p');
  await expect(load.target).toHaveValue(`sip:bob@127.0.0.1:${port}p`);
  await keyboard.press('F6');
  await keyboard.press('p');
  await expect(load.state('Paused')).toBeVisible();
  await keyboard.press('p');
  await expect(load.state('Running')).toBeVisible();

  await expect(load.cursor('Calls per second')).toHaveAttribute('aria-valuetext', /^0:0[3-9]: attempted \d+/);
  await load.cursor('Calls per second').focus();
  await keyboard.press('Home');
  await keyboard.press('ArrowRight');
  for (const chart of ['Calls per second', 'Event-loop lag'])
    await expect(load.cursor(chart)).toHaveAttribute('aria-valuetext', /^0:02: /);
  await expect(load.run.getByText('at 0:02')).toHaveCount(6);
  await keyboard.press('Escape');
  await expect(load.run.getByText('at 0:02')).toHaveCount(0);

  await keyboard.press('Q');
  await expect(load.state('Ended')).toBeVisible();
  expect(await load.count('Active now')).toBe(0);
});

test('nobody answers: the stop rule ends the run and says so, and the calls are grouped by cause', async ({
  shell,
  workbench: { page },
}) => {
  test.setTimeout(240_000);
  const load = new LoadScreen(page);
  const port = await freePort();
  await shell.goTo('Load');
  await expect(load.run).toContainText('No server of this workbench runs');
  await load.target.fill(`sip:bob@127.0.0.1:${port}`);
  await load.number('Rate').fill('20');
  await load.startButton.click();
  await expect(load.run.getByRole('status').filter({ hasText: 'Stopped at' })).toBeVisible();
  await expect(load.state('Ended')).toBeVisible();
  await expect(load.failures.getByRole('listitem')).not.toHaveCount(0);
  expect(await load.count('Succeeded')).toBe(0);
  expect(await barriers(page)).toEqual([]);

  // Off this machine only after a question, which is asked once.
  await load.target.fill('sip:bob@192.0.2.7');
  const mine = load.profile.getByRole('checkbox', { name: 'It is mine, or I may load it' });
  await expect(mine).not.toBeChecked();
  await load.startButton.click();
  await expect(mine).toBeFocused();
  await expect(load.state('Ended')).toBeVisible();
  await mine.check();
  await load.target.fill('sip:bob@127.0.0.1');
  await load.target.fill('sip:bob@192.0.2.7');
  await expect(mine).toBeChecked();
});
