import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // Programs are started and captures of some MB read on a machine of two cores: 5 s is too short when they run side by side.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A test that is left out is a test that failed: `allowOnly` would let one `.only` hide all others.
    allowOnly: false,
  },
});
