import { barriers } from '../fixtures/axe.ts';
import { makeCarelessCall } from '../fixtures/careless-caller.ts';
import { freePort } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

test('what a peer does wrong is marked on its arrow, told in a sentence, and shown in the octets', async ({
  servers,
  shell,
  traffic,
  inspector,
  workbench: { page },
}) => {
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  // The caller says everything once: nobody would hear what comes before the server listens.
  await expect(traffic.listening).toBeVisible();
  const wrong = await makeCarelessCall(port);
  await traffic.dialog(1).click();
  await expect.poll(() => traffic.steps()).toEqual(['INVITE', '100', '180', '200', 'ACK', 'BYE', '500']);

  // The peer's messages are marked, the server's own are not.
  for (const number of [1, 2, 3, 4, 5, 6, 7])
    await expect(traffic.sign(number)).toHaveCount(wrong.includes(number) ? 1 : 0);
  await expect(traffic.message(1)).toHaveAccessibleName(/, 1 finding$/);
  await expect(traffic.message(6)).toHaveAccessibleName(/, 1 finding, an error$/);

  await traffic.message(6).click();
  await inspector.tab('Findings').click();
  const [finding] = await inspector.findings.all();
  if (finding === undefined) throw new Error('there is no finding');
  await expect(finding).toContainText('The BYE repeats the CSeq number 7 of the INVITE before it.');
  await expect(finding).toContainText('add one for every request but ACK and CANCEL');
  await expect(finding).toContainText('rule D2 · RFC 3261 §12.2.1.1 · by its peer');
  await finding.click();
  await expect(inspector.selection).toHaveText(/^bytes \d+–\d+ selected$/);
  await expect.poll(() => inspector.litText()).toBe('7 BYE');
  await expect(finding).toHaveAttribute('aria-current', 'true');
  for (const theme of ['Dark', 'Light'] as const) {
    await shell.chooseTheme(theme);
    await finding.click();
    expect(await barriers(page), theme).toEqual([]);
  }

  // The tab stays while the findings are gone through, and gives way where there are none.
  await traffic.message(5).click();
  await expect(inspector.findings).toHaveText([/reuses the branch of its INVITE.*rule T2 · RFC 3261/]);
  await inspector.findings.first().click();
  await expect.poll(() => inspector.litText()).toContain(`SIP/2.0/UDP 127.0.0.1:`);
  await traffic.message(4).click();
  await expect(inspector.tab('Findings')).toHaveCount(0);
  await expect(inspector.tab('Parsed')).toHaveAttribute('aria-selected', 'true');
});
