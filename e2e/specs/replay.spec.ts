import type { Page } from '@playwright/test';
import { look } from '../fixtures/look.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';
import { ReplayScreen } from '../pages/replay-screen.ts';
import type { ServersScreen } from '../pages/servers-screen.ts';
import type { Shell } from '../pages/shell.ts';
import type { TrafficScreen } from '../pages/traffic-screen.ts';

// What is played again are its calls; in CI a missing peer is an error.
test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

/** In both themes. */
async function lookTwice(scene: string, page: Page, shell: Shell, project: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: theme });
    await look(`replay-${scene}`, { page, shell, theme, project });
  }
}

/** A server, and the call that is played again. */
async function recordCall(servers: ServersScreen, shell: Shell, traffic: TrafficScreen): Promise<void> {
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
  await expect(traffic.matched).toHaveText('1 dialog');
  await traffic.dialog(1).click();
  await traffic.replayButton.click();
}

test('a recorded call is played again, message by message, and what differs is told', async ({
  servers,
  shell,
  traffic,
  workbench: { page },
}, info) => {
  test.setTimeout(300_000);
  await recordCall(servers, shell, traffic);

  const replay = new ReplayScreen(page);
  await expect(replay.rows.first()).toHaveAccessibleName(/^recorded: INVITE from sipp to target/);
  await lookTwice('before', page, shell, info.project.name);

  await replay.pace('Fast').click();
  await page.keyboard.press('Control+Enter');
  await expect(replay.stand).toContainText('No differences');
  await expect(replay.rows.last()).toHaveAccessibleName(/now: 200 OK from target to sipp .* the same$/);

  await replay.pace('Step by step').click();
  await page.keyboard.press('Control+Enter');
  await expect(replay.stand).toHaveText('Held: send INVITE');
  await lookTwice('held', page, shell, info.project.name);
  await replay.screen.focus();
  await page.keyboard.press('Space');
  await expect(replay.stand).toHaveText('Held: send ACK');
  await page.keyboard.press('g');
  await expect(replay.stand).toContainText('No differences');

  const nobody = await freePort();
  await replay.target.fill(`127.0.0.1:${nobody}`);
  await replay.pace('Fast').click();
  await replay.play.click();
  await expect(replay.stand).toContainText('Could not run');
  await replay.screen.focus();
  await page.keyboard.press('n');
  await expect(replay.chosen).toHaveAccessibleName(/did not come again|differs|is new/);
  await lookTwice('broken', page, shell, info.project.name);

  await page.keyboard.press('Escape');
  await expect(replay.screen).toHaveCount(0);
  // What was played is traffic like any other: as the replay saw it, and twice as the server did too.
  await expect(traffic.matched).toHaveText('6 dialogs');
});

test('a replay that is stopped leaves no call behind', async ({
  servers,
  shell,
  traffic,
  workbench: { page },
}, info) => {
  test.setTimeout(300_000);
  await recordCall(servers, shell, traffic);
  const replay = new ReplayScreen(page);
  await replay.pace('Step by step').click();
  await replay.play.click();
  await expect(replay.stand).toHaveText('Held: send INVITE');
  await page.keyboard.press('Space');
  await expect(replay.stand).toHaveText('Held: send ACK');
  await replay.stop.click();
  await expect(replay.stand).toContainText('Stopped after');
  await expect(replay.rows.last()).toHaveAccessibleName(/sent to leave nothing open$/);
  await lookTwice('stopped', page, shell, info.project.name);
});
