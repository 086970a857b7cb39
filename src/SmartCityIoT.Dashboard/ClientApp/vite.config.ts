import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // MapLibre starts its worker as a module from this origin, which holds under a CSP without `blob:`.
  worker: { format: 'es' },
  build: {
    outDir: '../wwwroot',
    emptyOutDir: true,
    target: 'es2022',
    // A font or icon as a data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    // The preload helper is an inline script in older browsers only; those in use here support modulepreload.
    modulePreload: { polyfill: false },
    // The licences of what is bundled ask to be handed on with it.
    license: { fileName: 'licenses.md' },
    // MapLibre is 1 MB before compression; it is loaded after the list is on the screen.
    chunkSizeWarningLimit: 1200,
  },
  // `npm run dev` talks to a server that is already running.
  server: { proxy: { '/api': process.env['SMARTCITY_URL'] ?? 'http://127.0.0.1:8080' } },
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], environment: 'node' } },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/build-page.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // One browser and one fixture server at a time: the tests measure a page, not the machine.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'platform',
          include: ['test/platform/**/*.test.ts'],
          environment: 'node',
          // The first alert of the simulated district comes within two minutes.
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
