import { expect, test } from 'vitest';
import { describeInBrowser, eventually, useBrowser, visit } from './page';

describeInBrowser('alerts', () => {
  useBrowser(600);

  test('an alert is acknowledged, and says by whom', async () => {
    const { page, fixture, complaints } = await visit();
    const card = page.locator('.alert-card').first();
    expect(await card.textContent()).toContain('Clo dư tự do thấp');
    expect(await card.textContent()).toContain('0,118\u00a0mg/L');
    const id = await card.getAttribute('data-alert');
    await card.getByRole('button', { name: /^Tiếp nhận/ }).click();
    const taken = page.locator(`.alert-card[data-alert="${id}"]`);
    await eventually(() => taken.textContent(), (text) => text?.includes('local tiếp nhận lúc') ?? false);
    expect(fixture.district.alerts.find((alert) => alert.id === id)?.state).toBe('acknowledged');
    expect(complaints).toEqual([]);
  });

  test('an acknowledgement shows before the answer and is taken back with the reason', async () => {
    const { page, fixture } = await visit();
    fixture.faults.acknowledge = 500;
    fixture.faults.delayMs = 800;
    const id = await page.locator('.alert-card').first().getAttribute('data-alert');
    const card = page.locator(`.alert-card[data-alert="${id}"]`);
    await card.getByRole('button', { name: /^Tiếp nhận/ }).click();
    expect(await card.textContent()).toContain('Đang gửi');
    await card.locator('.alert-error').waitFor();
    expect(await card.textContent()).toContain('The alert database cannot be written.');
    expect(await card.getByRole('button', { name: /^Tiếp nhận/ }).count()).toBe(1);
  });

  test('a new alert comes by the stream, is announced, and leaves when it clears', async () => {
    const { page, fixture } = await visit();
    const raised = { ...fixture.district.alerts[0], id: '99', severity: 'critical', raisedAt: Date.now(), ruleLabel: { vi: 'Vỡ ống', en: 'Burst' } };
    fixture.broadcast('alert', raised);
    const card = page.locator('.alert-card[data-alert="99"]');
    await card.waitFor();
    await eventually(() => page.locator('p.hidden[role=status]').textContent(), (text) => text?.startsWith('Cảnh báo mới: Vỡ ống') ?? false);
    fixture.broadcast('alert', { ...raised, state: 'cleared', clearedAt: Date.now() });
    await eventually(() => card.count(), (cards) => cards === 0);
    await page.getByRole('button', { name: 'Đã kết thúc' }).click();
    await card.waitFor();
  });

  test('the course of an alert names who did what', async () => {
    const { page } = await visit();
    const card = page.locator('.alert-card', { hasText: 'Đèn hỏng' });
    await card.locator('summary').click();
    await eventually(() => card.locator('.course').textContent().catch(() => ''), (text) => text?.includes('nga.tran') ?? false);
    expect(await card.locator('.course').textContent()).toContain('Đã báo đội trực');
  });

  test('an alert leads to its device', async () => {
    const { page } = await visit();
    const link = page.locator('.alert-card .link-button').first();
    const name = await link.textContent();
    await link.click();
    await page.getByRole('heading', { level: 2, name: name ?? '' }).waitFor();
  });
});
