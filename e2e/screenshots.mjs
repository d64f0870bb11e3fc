// Pictures of every part of the page, in four languages, both themes, on desktop and
// phone. All go to build/screenshots with a contact sheet to look at; the four of
// the README go to docs/screenshots. What cannot be taken is named at the end.
// SCREENSHOT_LANGUAGES=en,zh and SCREENSHOT_PARTS=map,card take fewer.

import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { choose, ready } from './atlas.mjs'
import { DESKTOP, launch, PHONE, profile } from './browser.mjs'
import { root, start } from './server.mjs'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./browser.mjs').Size} Size */
/** @typedef {{path: string, still?: boolean, act?: (page: Page, phone: boolean) => Promise<void>}} Part still: has no map to wait for */

const LANGUAGES = (process.env.SCREENSHOT_LANGUAGES || 'en,zh,th,my').split(',')
const SCREENS = { desktop: DESKTOP, phone: PHONE }
const LIMIT = 350_000 // bytes of a picture in docs
const PATIENCE = 15_000 // milliseconds for something to show

/** @type {Record<string, Part>} */
const ALL = {
  map: { path: '/' },
  card: { path: '/?country=CHN&selected=cattc-nanning' },
  filters: {
    path: '/',
    act: async (page, phone) => {
      if (phone) await page.locator('#open-filters').click()
      await choose(page, 'country', 'THA')
      await choose(page, 'kind', 'joint-laboratory')
    },
  },
  list: { path: '/?view=list', act: (page) => page.locator('#table-view tbody tr').first().waitFor({ timeout: PATIENCE }) },
  statistics: { path: '/?view=statistics', act: (page) => page.locator('#statistics-view table').first().waitFor({ timeout: PATIENCE }) },
  share: {
    path: '/?country=THA',
    act: async (page) => {
      await page.locator('#share').click({ timeout: PATIENCE })
      await page.locator('#share-dialog h2').waitFor({ timeout: PATIENCE })
    },
  },
  briefing: { path: '/countries/tha', still: true },
  facility: { path: '/facilities/cattc-nanning', still: true },
  institution: { path: '/institutions/chinese-academy-of-sciences', still: true },
  institutions: { path: '/institutions', still: true },
  project: { path: '/projects/lao-herbal-pharmacopoeia', still: true },
  embed: { path: '/embed?country=THA', still: true, act: (page) => page.locator('.mark').first().waitFor({ timeout: PATIENCE }) },
}

const wanted = process.env.SCREENSHOT_PARTS?.split(',')
const PARTS = Object.entries(ALL).filter(([name]) => !wanted || wanted.includes(name))

/** The pictures of the README, by their names in build/screenshots. */
const CHOSEN = {
  'map.png': 'map-desktop-light-en',
  'card-phone-zh.png': 'card-phone-light-zh',
  'statistics-th.png': 'statistics-desktop-dark-th',
  'briefing-my.png': 'briefing-desktop-light-my',
}

const target = join(root, 'build/screenshots')
rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
/** @type {string[]} */
const taken = []
/** @type {string[]} */
const missing = []

/** @param {Page} page @param {string} url @param {Part} part @param {boolean} phone */
async function show(page, url, part, phone) {
  const response = await page.goto(url)
  if (!response?.ok()) throw new Error(`answered ${response?.status()}`)
  if (!part.still) await ready(page)
  await part.act?.(page, phone)
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => document.fonts.ready)
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))))
}

const server = await start()
const browser = await launch()
for (const [screen, size] of Object.entries(SCREENS)) {
  for (const dark of [false, true]) {
    for (const lang of LANGUAGES) {
      const context = await browser.newContext({ ...profile({ size, dark }), deviceScaleFactor: size === PHONE ? 2 : 1 })
      const page = await context.newPage()
      for (const [name, part] of PARTS) {
        const picture = `${name}-${screen}-${dark ? 'dark' : 'light'}-${lang}`
        try {
          await show(page, `${server.url}${part.path}${part.path.includes('?') ? '&' : '?'}lang=${lang}`, part, size === PHONE)
          await page.screenshot({ path: join(target, `${picture}.png`) })
          taken.push(picture)
        } catch (error) {
          missing.push(`${picture}: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
        }
      }
      await context.close()
    }
  }
}
await contactSheet()
await browser.close()
await server.stop()

mkdirSync(join(root, 'docs/screenshots'), { recursive: true })
for (const [name, picture] of Object.entries(CHOSEN)) {
  if (!taken.includes(picture)) continue // named as missing, or not asked for
  const { size } = statSync(join(target, `${picture}.png`))
  if (size > LIMIT) missing.push(`docs/screenshots/${name}: ${Math.round(size / 1000)} kB are more than ${LIMIT / 1000}`)
  else copyFileSync(join(target, `${picture}.png`), join(root, 'docs/screenshots', name))
}
console.log(`${taken.length} pictures in build/screenshots; contact sheets beside them`)
if (missing.length) {
  console.log(`${missing.length} are missing:\n  ${missing.join('\n  ')}`)
  process.exitCode = 1
}

/** One sheet a part, small, all that was taken of it side by side. */
async function contactSheet() {
  const page = await browser.newPage({ viewport: { width: 1840, height: 900 } })
  for (const [name] of PARTS) {
    const pictures = taken.filter((picture) => picture.startsWith(`${name}-`))
    const html = `<!DOCTYPE html><meta charset="utf-8"><title>${name}</title>
<style>body { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px; font: 12px sans-serif; background: #888 } figure { margin: 0 } img { height: 300px; display: block }</style>
${pictures.map((picture) => `<figure><img src="${picture}.png" alt=""><figcaption>${picture}</figcaption></figure>`).join('\n')}`
    writeFileSync(join(target, `${name}.html`), html)
    await page.goto(`file://${join(target, `${name}.html`)}`)
    await page.screenshot({ path: join(target, `sheet-${name}.png`), fullPage: true })
  }
  await page.close()
}
