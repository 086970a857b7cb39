import { expect, test } from 'vitest';
import { describeInBrowser, eventually, useBrowser, visit } from './page';

/** A browser reports each failed request in the console by itself; the page has no say in that. */
const isNetworkReport = (text: string) => text.startsWith('Failed to load resource');

describeInBrowser('the stream', () => {
  useBrowser(300);

  test('a server that goes away leaves a banner with the time, and the page recovers by itself', async () => {
    const { page, fixture, complaints } = await visit();
    const chip = page.locator('.chip-connection');
    await eventually(() => chip.getAttribute('data-connection'), (kind) => kind === 'open');
    await fixture.down();
    await page.locator('.cut-banner').waitFor();
    expect(await page.locator('.cut-banner').textContent()).toMatch(/dừng ở \d\d:\d\d:\d\d/);
    expect(await chip.textContent()).toBe('Mất kết nối');
    expect(await page.locator('.page.is-stale').count()).toBe(1);
    await fixture.up();
    await eventually(() => page.locator('.cut-banner').count(), (banners) => banners === 0, 30_000);
    expect(await chip.textContent()).toBe('Trực tiếp');
    expect(complaints.filter((text) => !isNetworkReport(text))).toEqual([]);
    // It resumed after the last event that it had seen.
    expect(fixture.requests.filter(({ url }) => url === '/api/v1/stream').at(-1)?.lastEventId).toMatch(/^[0-9a-z]+-\d+$/);
  });

  test('what changed during the cut is on the screen after it', async () => {
    const { page, fixture } = await visit();
    await fixture.down();
    await page.locator('.cut-banner').waitFor();
    const last = fixture.district.devices.at(-1)?.item;
    if (!last) throw new Error('the fixture has no devices');
    Object.assign(last, { state: 'faulty', name: 'Thiết bị hỏng lúc mất kết nối' });
    await fixture.up();
    await page.getByText('Thiết bị hỏng lúc mất kết nối').waitFor();
  });

  test('a stream that stays open and says nothing is a cut too', async () => {
    const { page, fixture } = await visit();
    await eventually(() => page.locator('.chip-connection').getAttribute('data-connection'), (kind) => kind === 'open');
    fixture.faults.isSilent = true;
    await page.locator('.cut-banner').waitFor();
    fixture.faults.isSilent = false;
    await eventually(() => page.locator('.cut-banner').count(), (banners) => banners === 0, 30_000);
  });

  test('a refused stream is named, and tried again at a press', async () => {
    const { page, fixture } = await visit({ clock: true });
    fixture.faults.stream = 404;
    fixture.cutStreams();
    await eventually(() => page.locator('.cut-banner').textContent().catch(() => ''), (text) => text?.includes('404') ?? false);
    // With its clock stopped the page cannot try by itself: only the press can.
    await page.clock.pauseAt(Date.now() + 60_000);
    await eventually(() => page.locator('.cut-banner').textContent(), (text) => text?.includes('404') ?? false);
    fixture.faults.stream = 0;
    await page.locator('.cut-banner button').click();
    await eventually(() => page.locator('.cut-banner').count(), (banners) => banners === 0);
  });

  test('a device that is added while the page is open appears', async () => {
    const { page, fixture } = await visit();
    const [model] = fixture.district.devices;
    if (!model) throw new Error('the fixture has no devices');
    const item = { ...structuredClone(model.item), id: 'ffffffffffffffff', name: 'Thiết bị mới thêm', state: 'faulty' as const };
    fixture.district.devices.push({ ...model, item });
    fixture.broadcast('devices', [item]);
    await page.getByText('Thiết bị mới thêm').waitFor();
  });
});
