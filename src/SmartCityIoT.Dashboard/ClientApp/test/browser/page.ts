import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { startFixture } from '../fixture-server.mjs';
import { pageFolder } from './build-page';

export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Software rendering, and none of the calls that a browser makes home. */
export const flags = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
];

export type Fixture = Awaited<ReturnType<typeof startFixture>>;

export interface Visit {
  page: Page;
  fixture: Fixture;
  /** Errors and warnings of the console, and exceptions nobody caught. */
  complaints: string[];
  /** Addresses outside the fixture that the page asked for. */
  strangers: string[];
}

interface VisitOptions {
  language?: 'vi' | 'en';
  phone?: boolean;
  theme?: 'light' | 'dark';
  still?: boolean;
  path?: string;
  /** The test can stop the page's clock (`page.clock.pauseAt`): no timer of the page runs then. */
  clock?: boolean;
}

export const hasChromium = existsSync(chromiumPath);

/** Browser tests: skipped with the install line where Chromium is missing, failed there under CI. */
export function describeInBrowser(name: string, define: () => void): void {
  if (!hasChromium && process.env['CI'] !== 'true') {
    describe.skip(`${name} (Chromium is missing: apt-get install chromium)`, define);
    return;
  }
  describe(name, define);
}

let browser: Browser;
let fixture: Fixture;
let context: BrowserContext | undefined;

/** One fixture server and one browser per file, one context per test. */
export function useBrowser(devices = 2_000): void {
  beforeAll(async () => {
    if (!hasChromium) throw new Error('Chromium is missing: apt-get install chromium');
    browser = await chromium.launch({ executablePath: chromiumPath, headless: true, args: flags });
  });
  beforeEach(async () => {
    fixture = await startFixture({ devices, root: pageFolder });
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
    await fixture?.stop();
  });
  afterAll(() => browser?.close());
}

export async function visit(options: VisitOptions = {}): Promise<Visit> {
  const opened = await openPage(browser, fixture.url, options);
  context = opened.context;
  return { ...opened, fixture };
}

/** Opens the page that a server shows, and keeps what it complains of and asks of others. */
export async function openPage(
  on: Browser,
  url: string,
  options: VisitOptions = {},
): Promise<Omit<Visit, 'fixture'> & { context: BrowserContext }> {
  const { language = 'vi', phone = false, theme = 'light', still = false, path = '/', clock = false } = options;
  const opened = await on.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    hasTouch: phone,
    isMobile: phone,
    colorScheme: theme,
    reducedMotion: still ? 'reduce' : 'no-preference',
    // The browser's own language must not matter.
    locale: 'de-DE',
    timezoneId: 'America/Lima',
  });
  const page = await opened.newPage();
  if (clock) await page.clock.install();
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => {
    const isDriver = message.text().includes('GL Driver Message');
    if ((message.type() === 'error' || message.type() === 'warning') && !isDriver) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) strangers.push(request.url());
  });
  if (language === 'en') await opened.addInitScript(() => localStorage.setItem('smartcity.language', 'en'));
  await page.goto(`${url}${path}`);
  await page.locator('.device-row').first().waitFor();
  return { page, context: opened, complaints, strangers };
}

/** Violations of WCAG 2.2 A and AA and of axe's best practices, one line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Evaluated and not added as a script: the page's security policy refuses inline scripts, as it must.
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } };
    interface AxeViolation {
      id: string;
      help: string;
      nodes: { html: string; failureSummary?: string }[];
    }
    const { violations } = await axe.run();
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`);
  });
}

/** Waits until a question about the page has the wanted answer, and shows the last answer if it never has. */
export async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean, timeoutMs = 15_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > end) expect.fail(`Still ${JSON.stringify(answer)} after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
