// Real Chromium, and the rules that hold in every story: no request leaves the
// server, nothing is reported to the console, no policy is violated.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { chromium } from 'playwright-core'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {{width: number, height: number}} Size */
/**
 * @typedef {object} Options
 * @property {Size} [size] phones are touched
 * @property {boolean} [dark]
 * @property {boolean} [scripts]
 * @property {boolean} [motion] whether things may move
 * @property {boolean} [forcedColors]
 * @property {string} [locale]
 * @property {RegExp} [failing] console messages that the story expects
 * @property {string[]} [others] further origins that requests may go to
 */

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export function launch() {
  // The first is the same Chromium without windows of its own, and takes half the processor.
  const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (!executablePath) throw new Error('no Chromium found; install it, or name it in CHROMIUM')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

/** What a new profile is like. @param {Options} options @returns {import('playwright-core').BrowserContextOptions} */
export function profile({ size = DESKTOP, dark = false, scripts = true, motion = false, forcedColors = false, locale = 'en-US' }) {
  const phone = size.width < 500
  return {
    viewport: size, isMobile: phone, hasTouch: phone, javaScriptEnabled: scripts, locale, colorScheme: dark ? 'dark' : 'light',
    reducedMotion: motion ? 'no-preference' : 'reduce', forcedColors: forcedColors ? 'active' : 'none',
  }
}

/**
 * Opens a page in a new profile, tells the story, and checks the rules.
 * @param {Browser} browser
 * @param {string} url
 * @param {Options} options
 * @param {(page: Page) => Promise<void>} tell
 */
export async function visit(browser, url, options, tell) {
  const { failing = /^$/, others = [] } = options
  const context = await browser.newContext(profile(options))
  context.setDefaultNavigationTimeout(60_000)
  const allowed = [new URL(url).origin, 'data:', 'blob:', ...others]
  /** @type {string[]} */
  const broken = []
  const page = await context.newPage()
  page.on('request', (r) => {
    if (!allowed.some((origin) => r.url().startsWith(origin))) broken.push(`request to ${r.url()}`)
  })
  page.on('console', (m) => {
    if (['error', 'warning'].includes(m.type()) && !failing.test(m.text())) broken.push(`${m.type()}: ${m.text()} (${m.location().url})`)
  })
  page.on('pageerror', (e) => broken.push(`exception: ${e.stack || e.message}`))
  try {
    await page.goto(url)
    await tell(page)
    assert.deepEqual(broken, [])
  } catch (error) {
    if (broken.length) console.error(`${page.url()}:`, broken) // the likely cause
    throw error
  } finally {
    await context.close()
  }
}

const PATIENCE = 20_000 // milliseconds until a value must be what it should be

/**
 * Waits until a value is what it should be; fails with both otherwise.
 * @template T
 * @param {() => Promise<T>|T} read
 * @param {T} want
 * @param {string} [what]
 */
export async function becomes(read, want, what) {
  const end = Date.now() + PATIENCE
  let got = await read()
  while (!isDeepStrictEqual(got, want) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 40))
    got = await read()
  }
  assert.deepEqual(got, want, what)
}

/** @param {() => Promise<boolean>} holds @param {string} what */
export const until = (holds, what) => becomes(holds, true, what)
