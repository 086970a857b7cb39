import { expect, test } from 'vitest';
import { describeInBrowser, eventually, useBrowser, visit } from './page';

const waterMeter = '/?device=0a73696d00000007';

describeInBrowser('one device', () => {
  useBrowser(600);

  test('shows its values with units, its link and its placement', async () => {
    const { page, complaints } = await visit({ path: waterMeter });
    const panel = page.locator('.detail-panel');
    await panel.locator('.facts-numbers').waitFor();
    const text = await panel.textContent();
    expect(text).toContain('m³/h');
    expect(text).toContain('mô phỏng');
    expect(text).toContain('Khung tin đã nhận');
    expect(text).toContain('4.123');
    expect(text).toMatch(/từ \d\d\/\d\d\/\d{4}/);
    expect(await panel.getByText('Áp suất nước thấp').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  test('draws a chart, changes its field and range, and goes on live', async () => {
    const { page, fixture, complaints } = await visit({ path: waterMeter });
    await page.locator('.uplot canvas').waitFor();
    await page.getByRole('button', { name: '24 giờ' }).click();
    await page.getByLabel('Đại lượng').selectOption({ label: 'Áp suất (kPa)' });
    await eventually(() => page.locator('.chart-summary').textContent().catch(() => ''), (text) => text?.startsWith('Áp suất: nhỏ nhất') ?? false);
    expect(fixture.requests.at(-1)?.url).toContain('field=pressure');
    const meter = fixture.district.devices.find(({ item }) => item.id === '0a73696d00000007')?.item;
    if (!meter?.channels[0]) throw new Error('the fixture has no such meter');
    meter.channels[0].time = Date.now();
    meter.channels[0].values['pressure'] = 401.5;
    fixture.broadcast('devices', [meter]);
    await eventually(() => page.locator('.chart-summary').textContent(), (text) => text?.includes('lớn nhất 401,5') ?? false);
    await page.getByRole('button', { name: '7 ngày' }).click();
    await eventually(() => page.locator('.chart-summary').textContent().catch(() => ''), (text) => text?.includes('gộp mỗi') ?? false);
    await page.getByText('Xem dạng bảng').click();
    await eventually(() => page.locator('.chart-table tbody tr').count(), (rows) => rows > 50);
    expect(complaints).toEqual([]);
  });

  test('readings that came late or were tests are marked in the chart, named below it and in the table', async () => {
    const { page, complaints } = await visit({ path: waterMeter });
    await page.getByRole('button', { name: '7 ngày' }).click();
    await eventually(() => page.locator('.chart-marks').textContent().catch(() => ''), (text) => text?.includes('điểm có mẫu đo cần lưu ý: đến muộn, thử nghiệm.') ?? false);
    await page.getByText('Xem dạng bảng').click();
    await eventually(() => page.locator('.chart-quality').allTextContents(), (texts) => texts.includes('đến muộn') && texts.includes(''));
    expect(complaints).toEqual([]);
  });

  test('a value outside its plausible range is marked in words', async () => {
    const { page, fixture } = await visit();
    const station = fixture.district.devices.find(({ item }) => item.channels[0]?.values['ph'] === 15.2)?.item;
    await page.goto(`${fixture.url}/?device=${station?.id}`);
    const value = page.locator('.value.is-out');
    await value.waitFor();
    expect(await value.textContent()).toContain('ngoài khoảng hợp lý');
    expect(await page.locator('.channel-head').textContent()).toContain('pin yếu');
  });

  test('a device on the map opens its detail, and a cluster opens into its parts', async () => {
    const { page } = await visit({ still: true });
    await page.locator('.map-buttons').waitFor();
    // The device in the middle of the map after it has been shown there once is the selected one.
    await page.locator('.device-row').first().click();
    const name = await page.locator('.detail-panel h2').textContent();
    await page.getByRole('button', { name: 'Đóng' }).click();
    const box = await page.locator('.map-box').boundingBox();
    if (!box) throw new Error('no map');
    await eventually(
      async () => {
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        return page.locator('.detail-panel h2').textContent({ timeout: 500 }).catch(() => null);
      },
      (opened) => opened === name,
    );
  });
});
