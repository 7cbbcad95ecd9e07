import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { reportAsHtml } from '../../src/report/evidence/report-as-html';
import type { RunReport } from '../../src/report/evidence/run-report';
import { aReport, hostileReport } from '../support/a-report';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const PHONE = { width: 375, height: 800 };
const DESK = { width: 1280, height: 900 };

// `.ci/run` installs a browser; a machine without one says here what it has not looked at.
(executablePath === undefined ? describe.skip : describe)(
  'the page of a report, in a browser (Debian: chromium)',
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    });
    afterAll(async () => {
      await browser.close();
      removeTemporaryFolders();
    });

    interface Seen {
      readonly page: Page;
      /** Everything the page asked for or complained of, itself excluded. */
      readonly noises: readonly string[];
    }

    const open = async (
      report: RunReport,
      viewport: typeof PHONE,
      colorScheme: 'light' | 'dark' = 'light',
    ): Promise<Seen> => {
      const path = join(temporaryFolder({ 'report.html': reportAsHtml(report) }), 'report.html');
      const url = pathToFileURL(path).href;
      const context = await browser.newContext({ viewport, colorScheme });
      const page = await context.newPage();
      const noises: string[] = [];
      page.on('request', (request) => {
        if (request.url() !== url) noises.push(`request ${request.url()}`);
      });
      page.on('console', (message) => void noises.push(`console ${message.text()}`));
      page.on('dialog', (dialog) => {
        noises.push('dialog');
        void dialog.dismiss();
      });
      await page.goto(url);
      return { page, noises };
    };
    const surplusWidth = (page: Page): Promise<number> =>
      page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    /** Names in a first column that do not stand on one line. */
    const brokenNames = (page: Page): Promise<string[]> =>
      page.evaluate(`[...document.querySelectorAll('td:first-child, th:first-child')]
      .filter((cell) => { const range = document.createRange(); range.selectNodeContents(cell); return range.getClientRects().length > 1; })
      .map((cell) => cell.textContent)`);
    const styleOf = (page: Page, selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);

    it.each([
      ['phone', PHONE],
      ['desk', DESK],
    ])('asks for nothing else and needs no sideways scrolling on a %s', async (_, viewport) => {
      const { page, noises } = await open(aReport(), viewport);
      expect(noises).toEqual([]);
      expect(await surplusWidth(page)).toBeLessThanOrEqual(0);
      const verdict = await page.locator('.verdict').boundingBox();
      // A sticky first column that gives way breaks a name into its letters.
      expect(await brokenNames(page)).toEqual([]);
      expect(verdict?.y).toBeLessThan(viewport.height / 2);
    });

    it('follows the reader from light to dark, and is black on white on paper', async () => {
      const { page } = await open(aReport(), DESK, 'dark');
      const dark = await styleOf(page, 'body', 'backgroundColor');
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await styleOf(page, 'body', 'backgroundColor');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect([dark, light]).toEqual(['rgb(20, 24, 28)', 'rgb(255, 255, 255)']);
      expect(await styleOf(page, 'body', 'backgroundColor')).toBe('rgb(255, 255, 255)');
      expect(await styleOf(page, 'body', 'color')).toBe('rgb(0, 0, 0)');
      expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
    });

    it('shows a legacy value with markup as text and never runs it', async () => {
      const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>`;
      const { page, noises } = await open(hostileReport(hostile), PHONE);
      expect(noises).toEqual([]);
      expect(await page.locator('script, img').count()).toBe(0);
      expect(await page.locator('body').innerText()).toContain(hostile);
      expect(await surplusWidth(page)).toBeLessThanOrEqual(0);
    });
  },
);
