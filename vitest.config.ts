import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/**
 * What opens sockets, measures and starts programs depends on how the machine shares itself out. There, in CI, a test that failed is tried once more;
 * the end of the output tells it as FLAKY, with what it failed on, so that it is mended and no other change waits for it.
 */
const retry = process.env.CI === undefined ? 0 : 1;

/** Worker threads of the tests start from .ts files; Node 20 needs a load hook for that. */
const execArgv = ['--import', new URL('./tools/ts-worker-hooks.mjs', import.meta.url).href];

export default defineConfig({
  plugins: [react()],
  test: {
    // A limit of a test is for what hangs: on a busy machine five seconds are not that.
    testTimeout: 20_000,
    reporters: ['default', './tools/vitest-tally.mjs'],
    // What runs in virtual time shares the processors; then, one file at a time, what opens sockets, measures, and starts programs.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          environment: 'node',
          include: [
            'stack/**/*.test.ts',
            'scenarios/**/*.test.ts',
            'app/contract/**/*.test.ts',
            'app/rpc/**/*.test.ts',
          ],
          exclude: ['**/node/**', '**/*-node.test.ts'],
          isolate: false,
          pool: 'threads',
          setupFiles: './tools/lint-own-traffic.mjs',
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'stack/**/node/*.test.ts',
            'app/**/*.test.ts',
            'main/**/*.test.ts',
            'e2e/interop/**/*.test.ts',
            'stack/**/*-node.test.ts',
          ],
          exclude: ['app/contract/**', 'app/rpc/!(*-node).test.ts'],
          pool: 'forks',
          retry,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          globalSetup: './tools/vitest-global-setup.mjs',
          setupFiles: './tools/lint-own-traffic.mjs',
          execArgv,
        },
      },
      {
        extends: true,
        test: { name: 'dom', environment: 'happy-dom', include: ['renderer/**/*.test.{ts,tsx}'] },
      },
    ],
  },
});
