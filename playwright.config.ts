import { defineConfig } from '@playwright/test';
import { CHROMIUM, rootArgs } from './e2e/fixtures/programs.ts';
import type { FaceOption } from './e2e/fixtures/workbench.ts';

export default defineConfig<object, FaceOption>({
  testDir: 'e2e/specs',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  // As in vitest.config.ts: tried once more in CI, and told as FLAKY at the end.
  retries: process.env.CI === undefined ? 0 : 1,
  timeout: 60_000,
  reporter: [['list'], ['./tools/playwright-tally.mjs']],
  use: { trace: { mode: 'retain-on-failure', screenshots: false }, viewport: { width: 1440, height: 900 } },
  projects: [
    {
      name: 'web',
      testIgnore: '**/*.desktop.spec.ts',
      use: {
        browserName: 'chromium',
        headless: true,
        launchOptions: {
          ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
          args: [...rootArgs(), '--disable-gpu', '--disable-quic', '--disable-background-networking'],
        },
      },
    },
    { name: 'desktop', testIgnore: '**/*.web.spec.ts', use: { face: 'desktop' } },
  ],
});
