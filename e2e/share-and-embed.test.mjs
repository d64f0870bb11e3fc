// The map in other pages, and the records in files.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { agrees, drawn, marksTotal, matched, ready } from './atlas.mjs'
import { becomes, PHONE, until, visit } from './browser.mjs'
import { folder, start } from './server.mjs'
import { browser, onEachStore, onMemory, storyOn, TIMEOUT } from './stories.mjs'

/** @typedef {import('playwright-core').Page} Page */

describe('28 · the map in a page of another origin', () => {
  /** @type {import('./server.mjs').Server} */ let atlas
  /** @type {Awaited<ReturnType<typeof host>>} */ let friend
  /** @type {Awaited<ReturnType<typeof host>>} */ let stranger
  before(async () => {
    [friend, stranger] = [await host(() => atlas.url), await host(() => atlas.url)]
    atlas = await start('--frame-ancestors', friend.url)
  })
  after(async () => {
    await atlas.stop()
    friend.close()
    stranger.close()
  })

  test('28 · A page that is allowed shows it, and its link to the full map keeps the filters', { timeout: TIMEOUT }, async () =>
    visit(await browser(), friend.url, { others: [atlas.url] }, async (page) => {
      const map = page.frameLocator('iframe')
      const total = () => map.locator('.mark button').evaluateAll((all) => all.reduce((n, b) => n + Number(b.getAttribute('data-count')), 0))
      await becomes(total, await drawn(atlas.url, 'country=THA'))
      assert.match(await map.locator('h1').innerText(), new RegExp(`22 facilities · ${await total()} on the map`))
      assert.deepEqual(await map.locator('.legend li').allInnerTexts(), ['Agricultural park', 'Innovation centre', 'Joint laboratory'])
      const [full] = await Promise.all([page.context().waitForEvent('page'), map.locator('a#full').click()])
      await ready(full)
      assert.equal(await agrees(full, atlas.url, 'country=THA'), 22)
    }))

  test('28 · The wheel scrolls the page around it until the map is pressed', { timeout: TIMEOUT }, async () =>
    visit(await browser(), friend.url, { others: [atlas.url] }, async (page) => {
      const frame = page.frame({ url: /\/embed/ })
      if (!frame) throw new Error('there is no frame')
      await frame.locator('.mark').first().waitFor()
      const picture = () => frame.locator('.mark').evaluateAll((marks) => marks.map((m) => /** @type {HTMLElement} */ (m).style.transform).sort().join())
      const before = await picture()
      const box = await page.locator('iframe').boundingBox()
      if (!box) throw new Error('the frame has no place')
      const [x, y] = [box.x + box.width - 60, box.y + 100]
      await page.mouse.move(x, y)
      await page.mouse.wheel(0, 120)
      await until(() => page.evaluate(() => scrollY > 0), 'the page scrolls')
      assert.equal(await picture(), before, 'the map stays as it is')
      await page.evaluate(() => scrollTo(0, 0))
      await page.mouse.click(x, y)
      await page.mouse.wheel(0, -240)
      await until(async () => (await picture()) !== before, 'the map zooms after a press')
    }))

  test('28 · On a phone one finger scrolls the page, two move the map', { timeout: TIMEOUT }, async () =>
    visit(await browser(), friend.url, { others: [atlas.url], size: PHONE }, async (page) => {
      const frame = page.frame({ url: /\/embed/ })
      if (!frame) throw new Error('there is no frame')
      await frame.locator('.mark').first().waitFor()
      assert.match(await frame.locator('#map').evaluate((e) => getComputedStyle(e).touchAction), /pan-y|auto|manipulation/, 'one finger is left to the page')
    }))

  test('28 · On a phone one finger moves the map once it was pressed, and the page again where the reader goes on', { timeout: TIMEOUT }, async () =>
    visit(await browser(), friend.url, { others: [atlas.url], size: PHONE }, async (page) => {
      const frame = page.frame({ url: /\/embed/ })
      if (!frame) throw new Error('there is no frame')
      await frame.locator('.mark').first().waitFor()
      const picture = () => frame.locator('.leaflet-map-pane').evaluate((e) => /** @type {HTMLElement} */ (e).style.transform)
      const before = await picture()
      await swipe(page, { x: 320, y: 300 }, -120)
      await until(() => page.evaluate(() => scrollY > 40), 'the page scrolls')
      assert.equal(await picture(), before, 'the map stays')
      await rests(page) // a finger that lets go leaves the page in motion
      await page.evaluate(() => scrollTo(0, 0))
      await until(async () => {
        await page.touchscreen.tap(320, 300)
        return frame.locator('#map.awake').count().then((n) => n > 0)
      }, 'a tap wakes it')
      await swipe(page, { x: 320, y: 300 }, -120)
      await until(async () => (await picture()) !== before, 'the map moves')
      assert.equal(await page.evaluate(() => scrollY), 0, 'the page stays')
      await page.touchscreen.tap(200, 700)
      await until(() => frame.locator('#map.awake').count().then((n) => n === 0), 'a tap beside it gives the finger back to the page')
      await swipe(page, { x: 320, y: 300 }, -120)
      await until(() => page.evaluate(() => scrollY > 40), 'the page scrolls again')
    }))

  test('28 · A page that is not allowed shows nothing of it', { timeout: TIMEOUT }, async () =>
    visit(await browser(), stranger.url, { others: [atlas.url], failing: /frame-ancestors/ }, async (page) => {
      await until(async () => page.frames().some((f) => f.url().startsWith('chrome-error:')), 'the browser refuses the frame')
      assert.equal(await page.frameLocator('iframe').locator('.mark').count(), 0)
    }))

  test('28 · No other page of the server may be framed', async () => {
    for (const path of ['/', '/facilities/cattc-nanning', '/countries/tha', '/collections/facilities']) {
      const { headers } = await fetch(atlas.url + path, { headers: { Accept: 'text/html' } })
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, path)
    }
  })
})

onEachStore((story) => {
  story('29 · Download the selection: CSV and GeoJSON hold as many records as are counted', '/?country=THA,LAO', async (page, base) => {
    const n = await matched(base, 'country=THA,LAO')
    await page.locator('#share').click()
    await until(() => page.locator('#share-dialog').isVisible(), 'the dialog opens')
    const csv = await download(page, 'csv')
    assert.equal(csv.slice(0, 1), '\ufeff', 'spreadsheets take it for UTF-8')
    assert.equal(rowsOf(csv), n)
    const collection = JSON.parse(await download(page, 'geojson'))
    assert.equal(collection.features.length, n)
    assert.ok(collection.features.every((/** @type {any} */ f) => ['THA', 'LAO'].includes(f.properties.country)))
  })
})

onMemory((story) => {
  story('29 · The link of the dialog shows the same again; the code is for the same filters', '/?country=THA', async (page, base) => {
    await agrees(page, base, 'country=THA')
    await page.locator('#share').click()
    const link = await page.locator('#share-dialog').getByRole('textbox', { name: 'Link to this view' }).inputValue()
    await page.keyboard.press('Escape')
    await until(() => page.evaluate(() => document.activeElement?.id === 'share'), 'Escape gives the focus back')
    await visit(await browser(), link, {}, async (other) => {
      await ready(other)
      await agrees(other, base, 'country=THA')
    })
  })
})

describe('29 · records that a spreadsheet must not run', () => {
  const register = join(folder, 'formulas')
  before(() => {
    mkdirSync(register)
    writeFileSync(join(register, 'facilities.csv'), [
      'slug,kind,name,name_zh,country,city,lon,lat,location_precision,source_title,source_url',
      'formula,joint-laboratory,"=HYPERLINK(""https://example.org"")",,THA,Bangkok,100.5,13.7,city,Register,https://example.org/',
      'chinese,joint-laboratory,Joint laboratory,联合实验室,THA,Bangkok,100.5,13.7,city,Register,https://example.org/',
    ].join('\n'))
  })
  storyOn(['--data', register])('29 · A name that begins with "=" is safe, and Chinese stays Chinese', '/', async (page) => {
    await becomes(() => marksTotal(page), 2)
    await page.locator('#share').click()
    const csv = await download(page, 'csv')
    assert.doesNotMatch(csv, /(^|[,\n"])=HYPERLINK/m, 'a formula')
    assert.match(csv, /=HYPERLINK/, 'the name is kept')
    assert.match(csv, /联合实验室/)
  })
})

/** One finger goes up or down. @param {Page} page @param {{x: number, y: number}} from @param {number} by pixels */
async function swipe(page, from, by) {
  const cdp = await page.context().newCDPSession(page)
  const at = (/** @type {number} */ y) => [{ x: from.x, y }]
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(from.y) })
  for (let i = 1; i <= 10; i++) {
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(from.y + (by * i) / 10) })
    await page.waitForTimeout(16)
  }
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await cdp.detach()
}

/** Waits until nothing scrolls the page any more. @param {Page} page */
async function rests(page) {
  let last = -1
  await until(async () => {
    const before = last
    last = await page.evaluate(() => scrollY)
    await page.waitForTimeout(100)
    return last === before
  }, 'the page rests')
}

/** Presses a file of the dialog, and reads it. @param {Page} page @param {string} ending */
async function download(page, ending) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`#share-dialog a[href*="facilities.${ending}"]`).first().click()])
  return readFileSync(await file.path(), 'utf8')
}

/** Records of a CSV file, whose fields may hold line breaks. @param {string} csv */
function rowsOf(csv) {
  const [, ...lines] = csv.replace(/"[^"]*"/g, '').trim().split(/\r?\n/).filter((line) => !line.startsWith('#'))
  return lines.length
}

/** A page of another site with the map in a frame. @param {() => string} atlas */
async function host(atlas) {
  const server = createServer((request, response) => {
    if (request.url !== '/') return void response.writeHead(204).end()
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(`<!DOCTYPE html><html lang="en"><title>Another site</title><body style="margin:0;height:3000px">
      <iframe title="Map" src="${atlas()}/embed?country=THA" width="100%" height="480" style="border:0"></iframe></body></html>`)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { url: `http://127.0.0.1:${port}`, close: () => void (server.closeAllConnections(), server.close()) }
}
