import { expect, test } from 'vitest';
import { axeViolations, describeInBrowser, eventually, useBrowser, visit } from './page';

describeInBrowser('accessibility', () => {
  useBrowser(300);

  test.each([
    { language: 'vi', theme: 'light', phone: false },
    { language: 'en', theme: 'dark', phone: false },
    { language: 'vi', theme: 'dark', phone: true },
    { language: 'en', theme: 'light', phone: true },
  ] as const)('axe finds nothing: $language, $theme, phone $phone', async (options) => {
    const { page, fixture, complaints } = await visit({ ...options, still: true });
    if (!options.phone) await page.locator('.map-buttons').waitFor();
    expect(await axeViolations(page)).toEqual([]);

    await page.goto(`${fixture.url}/?device=0a73696d00000007`);
    await page.locator('.uplot canvas').waitFor();
    await page.locator('.facts-numbers').waitFor();
    expect(await axeViolations(page)).toEqual([]);

    if (options.phone) await page.getByRole('button', { name: /^(Đóng|Close)$/ }).click();
    await page.getByRole('button', { name: /tình trạng nền tảng|platform status/ }).click();
    await page.locator('.dead-letters li').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    fixture.cutStreams();
    fixture.faults.stream = 503;
    await page.locator('.cut-banner').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([]);
  });

  test('on a phone one view at a time fills the width, and nothing is cut off sideways', async () => {
    const { page, complaints } = await visit({ phone: true });
    const visible = () => page.locator('.panel:visible').evaluateAll((panels) => panels.map((panel) => (panel as HTMLElement).dataset['panel']));
    expect(await visible()).toEqual(['list']);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await overflow()).toBe(0);
    await page.getByRole('button', { name: 'Cảnh báo' }).click();
    expect(await visible()).toEqual(['alerts']);
    expect(await overflow()).toBe(0);
    await page.getByRole('button', { name: 'Bản đồ' }).click();
    await page.locator('.map-buttons').waitFor();
    expect(await visible()).toEqual(['map']);
    await page.getByRole('button', { name: 'Thiết bị', exact: true }).click();
    await page.locator('.device-row').first().click();
    await eventually(visible, (panels) => panels.includes('detail'));
    await page.locator('.uplot canvas').waitFor();
    expect(await overflow()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('the map is not loaded on a phone until it is asked for', async () => {
    const { page, fixture } = await visit({ phone: true });
    await eventually(() => page.locator('.chip-rate').count(), (chips) => chips === 1);
    expect(fixture.requests.filter(({ url }) => url?.includes('districtMap'))).toEqual([]);
  });

  test('with reduced motion no change flashes', async () => {
    const { page } = await visit({ still: true });
    const duration = await page.evaluate(() => {
      const probe = document.createElement('span');
      probe.className = 'row-highlight';
      document.body.append(probe);
      return getComputedStyle(probe).animationDuration;
    });
    expect(Number.parseFloat(duration)).toBeLessThan(0.001);
  });
});
