import { expect, test } from 'vitest';
import { describeInBrowser, eventually, useBrowser, visit } from './page';

describeInBrowser('languages and times', () => {
  useBrowser(300);

  test('Vietnamese comes first, whatever the browser speaks; English is one press away and remembered', async () => {
    const { page } = await visit();
    const language = () => page.evaluate(() => document.documentElement.lang);
    expect(await language()).toBe('vi');
    await page.getByRole('button', { name: 'EN, English' }).click();
    await eventually(language, (lang) => lang === 'en');
    expect(await page.locator('.alert-panel h2').textContent()).toBe('Alerts');
    expect(await page.title()).toContain('Buon Ma Thuot');
    await page.reload();
    await page.locator('.device-row').first().waitFor();
    expect(await language()).toBe('en');
    expect(await page.locator('.alert-card').first().textContent()).toContain('0.118\u00a0mg/L');
  });

  test('times are of the region and not of the browser', async () => {
    const { page, fixture } = await visit();
    const alert = fixture.district.alerts.find(({ rule }) => rule === 'water-chlorine-low');
    const wanted = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(alert?.raisedAt);
    expect(await page.locator('.alert-card').first().locator('time').textContent()).toContain(wanted);
  });
});
