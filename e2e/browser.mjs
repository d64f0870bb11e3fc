// Real Chromium, and the rules that hold in every story: no request leaves the
// server, nothing is reported to the console, no policy is violated.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { chromium } from 'playwright-core'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {{size?: Size, dark?: boolean, scripts?: boolean, locale?: string, failing?: RegExp}} Options failing: console messages that the story expects */

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export function launch() {
  const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (!executablePath) throw new Error('no Chromium found; install it, or name it in CHROMIUM')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

/**
 * Opens a page in a new profile, tells the story, and checks the rules.
 * @param {Browser} browser
 * @param {string} url
 * @param {Options} options
 * @param {(page: Page) => Promise<void>} tell
 */
export async function visit(browser, url, options, tell) {
  const { size = DESKTOP, dark = false, scripts = true, locale = 'en-US', failing = /^$/ } = options
  const phone = size.width < 500
  const context = await browser.newContext({
    viewport: size, colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: scripts, locale, isMobile: phone, hasTouch: phone, reducedMotion: 'reduce',
  })
  /** @type {string[]} */
  const broken = []
  const page = await context.newPage()
  page.on('request', (r) => {
    if (!r.url().startsWith(new URL(url).origin) && !r.url().startsWith('data:')) broken.push(`request to ${r.url()}`)
  })
  page.on('console', (m) => {
    if (['error', 'warning'].includes(m.type()) && !failing.test(m.text())) broken.push(`${m.type()}: ${m.text()} (${m.location().url})`)
  })
  page.on('pageerror', (e) => broken.push(`exception: ${e.stack}`))
  try {
    await page.goto(url)
    await tell(page)
    assert.deepEqual(broken, [])
  } finally {
    await context.close()
  }
}

/**
 * Waits until a value is what it should be; fails with both otherwise.
 * @template T
 * @param {() => Promise<T>|T} read
 * @param {T} want
 * @param {string} [what]
 */
export async function becomes(read, want, what) {
  const end = Date.now() + 8000
  let got = await read()
  while (!isDeepStrictEqual(got, want) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 40))
    got = await read()
  }
  assert.deepEqual(got, want, what)
}

/** @param {() => Promise<boolean>} holds @param {string} what */
export const until = (holds, what) => becomes(holds, true, what)
