import { expect, test } from 'vitest';
import { describeInBrowser, eventually, useBrowser, visit } from './page';

describeInBrowser('the live list', () => {
  useBrowser();

  test('shows the whole district with few rows in the document, and it moves', async () => {
    const { page, fixture, complaints, strangers } = await visit();
    const count = page.locator('.filter-count');
    expect(await count.textContent()).toContain('2.000 / 2.000 thiết bị');
    expect(await page.locator('.device-row').count()).toBeLessThan(40);
    const revisions = () => page.locator('.device-row').evaluateAll((rows) => rows.reduce((sum, row) => sum + Number((row as HTMLElement).dataset['revision']), 0));
    const [first] = fixture.district.devices;
    const id = await page.locator('.device-row').first().getAttribute('data-device');
    const before = await revisions();
    // A change of the row on the top shows its new value, not only some movement.
    const shown = fixture.district.devices.find(({ item }) => item.id === id) ?? first;
    const change = structuredClone(shown?.item);
    if (!change?.channels[0]) throw new Error('the fixture has no reading');
    change.channels[0].values['power'] = 77.7;
    fixture.broadcast('devices', [change]);
    await eventually(() => page.locator('.device-row').first().textContent(), (text) => text?.includes('77,7') ?? false);
    await eventually(revisions, (sum) => sum > before);
    // Everything that is lazily loaded has come by now, and nothing of it from elsewhere.
    await page.locator('.map-buttons').waitFor();
    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('the first state of the list is the worst, in words and shape', async () => {
    const { page } = await visit();
    const first = page.locator('.device-row').first();
    expect(await first.textContent()).toContain('Lỗi');
    expect(await first.locator('svg.state-faulty').count()).toBe(1);
    expect(await first.textContent()).toContain('mô phỏng');
  });

  test('a search without accents finds names with them; filters combine and stand in the address', async () => {
    const { page, fixture } = await visit();
    await page.getByRole('searchbox').fill('den dien bien phu');
    const wanted = fixture.district.devices.filter(({ item }) => item.name.startsWith('Đèn Điện Biên Phủ')).length;
    await eventually(() => page.locator('.filter-count').textContent(), (text) => text?.startsWith(`${wanted} /`) ?? false);
    expect(await page.locator('.device-row').first().textContent()).toContain('Đèn Điện Biên Phủ');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('combobox', { name: 'Trạng thái' }).selectOption('silent');
    await eventually(() => page.locator('.device-row').count(), (rows) => rows === 3);
    expect(new URL(page.url()).search).toBe('?state=silent');
    await page.getByRole('combobox', { name: 'Lĩnh vực' }).selectOption('water');
    await page.getByText('Không có thiết bị nào khớp').waitFor();
    await page.locator('.list-panel .notice button').click();
    await eventually(() => page.locator('.device-row').count(), (rows) => rows > 10);
  });

  test('a ward of today finds the devices that stand in the wards it replaced', async () => {
    const { page, fixture } = await visit();
    await page.getByRole('combobox', { name: 'Khu vực' }).selectOption('local-tan-lap');
    const wanted = fixture.district.devices.filter(({ item }) => ['24118', '24121', '24166'].includes(item.area)).length;
    await eventually(() => page.locator('.filter-count').textContent(), (text) => text?.startsWith(`${wanted} /`) ?? false);
  });

  test('the keyboard walks the list and opens a device', async () => {
    const { page } = await visit();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await eventually(() => page.locator('.device-row.is-cursor').getAttribute('aria-posinset'), (place) => place === '2000');
    await page.keyboard.press('ArrowUp');
    const row = page.locator('.device-row.is-cursor');
    const name = await row.locator('.row-title').textContent();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: name ?? '' }).waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => page.locator('.detail-panel').count(), (panels) => panels === 0);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('device-list');
  });

  test('a list that cannot be loaded says so and comes on a second attempt', async () => {
    const { page, fixture } = await visit();
    Object.assign(fixture.faults, { api: 503, stream: 503 });
    await page.reload();
    await page.locator('.list-panel .notice').waitFor();
    expect(await page.locator('.list-panel .notice').textContent()).toContain('The fixture refuses.');
    fixture.faults.api = 0;
    await page.locator('.list-panel .notice button').click();
    await page.locator('.device-row').first().waitFor();
  });
});
