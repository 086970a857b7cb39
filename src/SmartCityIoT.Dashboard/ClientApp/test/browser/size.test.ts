import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pageFolder } from './build-page';
import { describeInBrowser, useBrowser, visit } from './page';

const kilobyte = 1000;
const firstDownloadLimit = 150 * kilobyte;

describeInBrowser('what is downloaded', () => {
  useBrowser(300);

  test('the page without its map is at most 150 kB', async () => {
    const sizes = readdirSync(join(pageFolder, 'assets')).map((name) => {
      const bytes = readFileSync(join(pageFolder, 'assets', name));
      // Fonts are compressed already.
      return { name, size: name.endsWith('.woff2') ? bytes.length : gzipSync(bytes).length };
    });
    for (const { name, size } of sizes) process.stdout.write(`${(size / kilobyte).toFixed(1).padStart(7)} kB  ${name}\n`);
    const { fixture } = await visit({ phone: true });
    const asked = new Set(fixture.requests.map(({ url }) => url?.replace('/assets/', '') ?? ''));
    const first = sizes.filter(({ name }) => asked.has(name));
    const total = first.reduce((sum, { size }) => sum + size, 0);
    process.stdout.write(`${(total / kilobyte).toFixed(1).padStart(7)} kB  first download, without map and chart\n`);
    expect(first.length).toBeGreaterThan(3);
    expect(total).toBeLessThanOrEqual(firstDownloadLimit);
  });
});
