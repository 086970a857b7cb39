import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath, describeInBrowser, eventually, flags, hasChromium, openPage } from '../browser/page';
import { type Demo, startDemo } from './demo-process';

/** The whole platform, with a simulated district on real MQTT connections, seen through a real browser. */
describeInBrowser('the demo', () => {
  let browser: Browser;
  let demo: Demo;

  beforeAll(async () => {
    if (!hasChromium) throw new Error('Chromium is missing: apt-get install chromium');
    demo = await startDemo(['--devices', '400', '--interval-scale', '0.2']);
    browser = await chromium.launch({ executablePath: chromiumPath, headless: true, args: flags });
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  test('sensors move, an alert is acknowledged, and nothing complains', async () => {
    const { page, complaints, strangers } = await openPage(browser, demo.url);

    // Moving: the newest values of the rows on the screen change by themselves.
    const before = await page.locator('.device-list').innerText();
    await eventually(() => page.locator('.device-list').innerText(), (now) => now !== before, 30_000);
    await eventually(async () => Number(/"connected":(\d+)/.exec(await firstStatus(demo.url))?.[1]), (connected) => connected >= 400, 60_000);

    const takeOver = { name: /^Tiếp nhận/ };
    const card = page.locator('.alert-card', { has: page.getByRole('button', takeOver) }).first();
    await card.waitFor({ timeout: 200_000 });
    const id = await card.getAttribute('data-alert');
    await page.locator(`.alert-card[data-alert="${id}"]`).getByRole('button', takeOver).click();
    await eventually(() => stateOf(demo.url, id), (state) => state === 'acknowledged');
    expect(complaints).toEqual([]);
    expect(strangers).toEqual([]);
  });
});

/** The first status event of the stream. */
async function firstStatus(url: string): Promise<string> {
  const cut = new AbortController();
  const response = await fetch(`${url}/api/v1/stream`, { signal: cut.signal });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/event: status\ndata: .*\n/.test(text)) break;
  }
  cut.abort();
  return text;
}

async function stateOf(url: string, id: string | null): Promise<string | undefined> {
  const response = await fetch(`${url}/api/v1/alerts?state=all`);
  const { items } = (await response.json()) as { items: { id: string; state: string }[] };
  return items.find((alert) => alert.id === id)?.state;
}
