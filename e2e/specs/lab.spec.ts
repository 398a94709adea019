import { barriers } from '../fixtures/axe.ts';
import { expect, test } from '../fixtures/workbench.ts';
import { LabBar } from '../pages/lab.ts';

test('one key starts a lab, whose phones register and call each other through the proxy', async ({
  servers,
  shell,
  traffic,
  workbench: { page },
}) => {
  const lab = new LabBar(page);
  await shell.goTo('Traffic');
  await expect(lab.startCard).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(lab.phone('Alice')).toBeVisible({ timeout: 30_000 });
  await expect(lab.phone('Bob')).toBeVisible();
  await expect(lab.call).toContainText('Alice → Bob: in call');
  expect(await barriers(page)).toEqual([]);

  // Each phone registered with digest, and the call crosses the proxy: one dialog for each of its legs.
  await traffic.filterBox.fill('sip.Method == REGISTER && sip.Status-Code == 401');
  await expect(traffic.dialogRows).toHaveCount(2);
  await traffic.filterBox.fill('sip.Method == INVITE && sip.Status-Code == 200');
  await expect(traffic.dialogRows.first()).toContainText('alice');

  await lab.hangUpButton.click();
  await expect(lab.call).toContainText('ended, alice hung up');
  await lab.callButton('Bob').click();
  await expect(lab.call).toContainText('Bob → Alice: ringing');
  await lab.hangUpButton.click();
  await expect(lab.call).toContainText('ended, 487 Request Terminated');

  await shell.goTo('Servers');
  await expect(servers.row('Running', 'Lab proxy')).toBeVisible();
  await lab.stopButton.click();
  await expect(lab.root).toHaveCount(0);
  await expect(servers.row('Running', 'Lab proxy')).toHaveCount(0);
});
