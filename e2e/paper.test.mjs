// What is printed: the map as it is on the screen, its marks, how much of the list, and
// where the rest is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ready } from './atlas.mjs'
import { becomes, DESKTOP, PHONE, until, visit } from './browser.mjs'
import { browser, onMemory, served, TIMEOUT } from './stories.mjs'

/** @typedef {import('playwright-core').Page} Page */

const STEP = 3 // pixels that a mark may be off on paper

for (const [screen, size, path] of /** @type {const} */ ([
  ['desktop', DESKTOP, '/embed?country=THA'], ['a small frame', { width: 600, height: 360 }, '/embed?lang=zh'], ['phone, dark', PHONE, '/embed?country=THA&theme=dark&title=0'],
])) {
  test(`31 · The embedded map prints on one page, with its marks where they stand: ${screen}`, { timeout: TIMEOUT }, async () => {
    await visit(await browser(), await served() + path, { size, dark: size === PHONE }, async (page) => {
      await until(async () => (await page.locator('.mark').count()) > 3, 'there are marks')
      const seen = await placesOfMarks(page)
      assert.equal(await pagesOf(page), 1)
      await onPaper(page)
      const printed = await placesOfMarks(page)
      assert.equal(printed.length, seen.length)
      const fit = spread(printed) / spread(seen)
      const off = printed.map(({ x, y }, i) => Math.hypot(x - printed[0].x - fit * (seen[i].x - seen[0].x), y - printed[0].y - fit * (seen[i].y - seen[0].y)))
      assert.ok(Math.max(...off) < STEP, `marks are off by up to ${Math.max(...off)} pixels`)
      assert.deepEqual(await page.evaluate(canvasOverMap), [0, 0], 'the land lies where the map does')
      const frame = await page.locator('.embed-map > section').boundingBox()
      assert.ok(frame && printed.every(({ x, y }) => x > frame.x && x < frame.x + frame.width && y > frame.y && y < frame.y + frame.height), 'all are in the picture')
      const text = await page.locator('body').innerText()
      assert.match(text, /Natural Earth/)
      assert.match(text, path.includes('lang=zh') ? /中国—东盟科技合作[^]*全部机构[^]*打印日期/
        : /science and technology cooperation[^]*Filters: Thailand[^]*22 facilities · 17 on the map[^]*\/\?country=THA[^]*Printed on/)
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'light')
    })
  })
}

onMemory((story) => {
  story('31 · On paper a count of a mark is told from a number of the list, and rows that are not drawn are counted', '/', async (page) => {
    await until(async () => (await page.locator('.mark .cluster').count()) > 2, 'there are clusters')
    await onPaper(page)
    const counts = await page.locator('.mark .cluster span').evaluateAll((all) => all.map((e) => getComputedStyle(e, '::before').content))
    assert.ok(counts.every((content) => content === '"×"'), String(counts))
    assert.match(await page.locator('.results-head').innerText(), /A number with × in a circle says how many facilities stand there/)
    assert.ok(await page.locator('#unplaced-title').isVisible(), 'those without a place are counted')
    assert.match(await page.locator('#unplaced-title').innerText(), /No map position \(\d+\)/)
    assert.match(await page.locator('#more').evaluate((e) => getComputedStyle(e, '::before').content + e.dataset.rest),
      /30 of \d+ facilities[^]*The others can be read at the address above; “Share” has all of them as files/)
    assert.ok(await page.locator('#print-address').isVisible(), 'the address')
  })

  story('31 · Printed by the keys, the table has all of its rows', '/?view=list', async (page) => {
    await page.locator('#table-view tbody tr').first().waitFor()
    await page.evaluate(() => { window.print = () => { document.body.dataset.printed = String(document.querySelectorAll('#table-view tbody tr').length) } })
    await page.keyboard.press('Control+p')
    await becomes(() => page.evaluate(() => document.body.dataset.printed), '199')
    await onPaper(page)
    assert.ok(await page.locator('#table-view .print-rest').isHidden(), 'nothing is left')
  })

  story('31 · The printed table says how many rows it has, and where the others are', '/?view=list', async (page) => {
    await page.locator('#table-view tbody tr').first().waitFor()
    await onPaper(page)
    const rest = page.locator('#table-view .print-rest')
    assert.match(await rest.innerText(), /^50 of 199 facilities\. The others can be read at the address above/)
    await page.emulateMedia({ media: 'screen' })
    assert.ok(await rest.isHidden(), 'on the screen a button has them')
    await page.goto(new URL('/?view=list&country=THA', page.url()).href)
    await ready(page)
    await becomes(() => page.locator('#table-view tbody tr').count(), 22)
    await onPaper(page)
    assert.ok(await rest.isHidden(), 'nothing is left')
  })
})

/** The page as paper has it: the browser tells the scripts before. @param {Page} page */
async function onPaper(page) {
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
  await page.emulateMedia({ media: 'print' })
}

/** How many pages the browser makes of it. @param {Page} page */
async function pagesOf(page) {
  const file = await page.pdf({ preferCSSPageSize: true })
  return (file.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length
}

/** @param {Page} page @returns {Promise<{x: number, y: number}[]>} the middles */
const placesOfMarks = (page) => page.locator('.mark').evaluateAll((marks) => marks.map((m) => {
  const { left, right, top, bottom } = m.getBoundingClientRect()
  return { x: (left + right) / 2, y: (top + bottom) / 2 }
}))

/** @param {{x: number, y: number}[]} places */
const spread = (places) => Math.max(...places.map(({ y }) => y)) - Math.min(...places.map(({ y }) => y))

/** Runs in the page: how far the middle of the basemap is from that of the map, in whole pixels. */
function canvasOverMap() {
  const [map, canvas] = ['#map', 'canvas.basemap'].map((name) => {
    const { left, right, top, bottom } = /** @type {Element} */ (document.querySelector(name)).getBoundingClientRect()
    return [(left + right) / 2, (top + bottom) / 2]
  })
  return canvas.map((middle, i) => Math.abs(Math.trunc((middle - map[i]) / 2)))
}
