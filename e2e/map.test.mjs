// The map with its marks, and the list that goes with it.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe } from 'node:test'
import { agrees, apiSlugs, choose, drawn, focused, inView, landIsDrawn, marksInView, marksTotal, slugs, summaryTells, zoomOf } from './atlas.mjs'
import { becomes, until } from './browser.mjs'
import { stackAt, writeRegister } from './registers.mjs'
import { builtIn, folder, realRegister } from './server.mjs'
import { onEachStore, onMemory, storyOn } from './stories.mjs'

/** @typedef {import('playwright-core').Page} Page */

onEachStore((story) => {
  story('1 · First visit: the map shows all that has a place, and no request leaves the server', '/', async (page, base) => {
    assert.equal(await agrees(page, base, ''), builtIn)
    assert.ok(await page.locator('.mark button').count() > 5)
    await until(() => page.evaluate(landIsDrawn), 'the basemap is drawn')
    assert.match(page.url(), /#[\d.]+\/[\d.-]+\/[\d.-]+$/)
  })

  story('15 · The list follows the map, or not', '/#7/13.7/100.5', async (page) => {
    await until(async () => (await inView(page)) === (await marksInView(page)), 'the list holds what the window shows')
    const before = await inView(page)
    await drag(page, 0, 250)
    await until(async () => (await inView(page)) !== before, 'another window, another list')
    await until(async () => (await inView(page)) === (await marksInView(page)), 'the list goes with the map')
    await page.getByLabel('List follows the map').click()
    await page.locator('#more').click()
    await becomes(async () => (await slugs(page, '#list')).length, 60)
    assert.match(page.url(), /follow=0/)
    const first = await page.locator('#list .row').first().getAttribute('data-slug')
    const there = page.url()
    await drag(page, 0, -250)
    await until(async () => page.url() !== there, 'the map moved')
    assert.equal((await slugs(page, '#list')).length, 60, 'the list stays')
    assert.equal(await page.locator('#list .row').first().getAttribute('data-slug'), first)
  })
})

onMemory((story) => {
  story('11 · A cluster opens into its parts, and they add up', '/?country=THA#4.25/17/110', async (page, base) => {
    await agrees(page, base, 'country=THA')
    await page.locator('.mark .cluster[data-count="12"]').click()
    await until(async () => zoomOf(page) > 5, 'the map zooms in')
    await until(async () => (await page.locator('.mark button').count()) > 3, 'there are more marks')
    await until(async () => (await marksInView(page)) === (await inView(page)), 'marks in the window add up to the list')
  })

  story('12 · Records that stand on one point open as a list of the place', '/?country=CHN#11/22.8167/108.3167', async (page, base) => {
    const stack = page.locator('.mark .cluster').first()
    const n = Number(await stack.getAttribute('data-count'))
    assert.ok(await drawn(base, 'country=CHN') >= n)
    await stack.click()
    await until(() => page.locator('#card .row').count().then((rows) => rows === n), 'a row for each record of the stack')
    await page.locator('#card .row').first().click()
    await until(() => page.locator('#card .facts').isVisible(), 'a row of the place opens its record')
    await page.keyboard.press('Escape')
    await until(() => page.locator('#card .row').count().then((rows) => rows === n), 'closing the record leads back to the place')
    assert.equal(await focused(page), 'a.row')
  })

  story('17 · A record known to the country only is listed, not drawn', '/?q=Traditional%20Medicine%20Research%20Center&country=THA', async (page, base) => {
    const [slug] = await apiSlugs(base, 'q=Traditional%20Medicine%20Research%20Center&country=THA&precision=country')
    await until(() => page.locator(`#unplaced .row[data-slug="${slug}"]`).isVisible(), 'the group opens where there is nothing else')
    assert.equal(await marksTotal(page), await drawn(base, 'q=Traditional%20Medicine%20Research%20Center&country=THA'))
    await page.locator(`#unplaced .row[data-slug="${slug}"]`).click()
    await until(async () => (await page.locator('#card').innerText()).includes('the sources name the country only'), 'the card says why')
    assert.equal(await page.locator('.ring').count(), 0)
  })

  story('13 · Row, card, map: the mark is ringed beside the card', '/', async (page) => {
    await page.locator('#list .row', { hasText: 'Guangxi paddy' }).click()
    await until(() => page.locator('#card h2').isVisible(), 'the card opens')
    await until(() => page.locator('.ring').isVisible(), 'the ring is drawn')
    await until(() => page.evaluate(() => {
      const ring = document.querySelector('.ring')?.getBoundingClientRect()
      const card = document.querySelector('#card')?.getBoundingClientRect()
      return !!ring && !!card && ring.right < card.left && ring.left > 592
    }), 'the ring is not under the card')
    assert.equal(await page.locator('#list .row[aria-current]').count(), 1)
  })

  story('14 · A mark opens its card, and its row is in sight', '/?country=PHL,VNM', async (page) => {
    await page.locator('.mark .single').first().click()
    await until(() => page.locator('#card h2').isVisible(), 'the card opens')
    await until(() => page.evaluate(() => {
      const row = document.querySelector('#list .row[aria-current]')?.getBoundingClientRect()
      return !!row && row.top >= 0 && row.bottom <= innerHeight
    }), 'the row is in sight')
  })
})

onMemory((story) => {
  story('32 · A stack is named by the town of most of its records, whatever is chosen', '/#12/17.97/102.63', async (page, base) => {
    const stack = () => page.locator('.mark .cluster').first().getAttribute('aria-label')
    await becomes(stack, `${await drawn(base, 'country=LAO&bbox=102.59,17.96,102.61,17.97')} facilities here, Vientiane, Laos`)
    await choose(page, 'kind', 'agricultural-park')
    await becomes(stack, `${await drawn(base, 'country=LAO&kind=agricultural-park&bbox=102.59,17.96,102.61,17.97')} facilities here, Vientiane, Laos`)
    await page.locator('#search').fill('Crop Variety')
    await becomes(() => page.locator('.mark .single').first().getAttribute('aria-label'),
      'China (Guangxi)-Laos Crop Variety Test Station (Laos-China Joint Better Crop Variety Demonstration Centre), '
        + 'Agricultural park, Town, Naphok, Xaythany District, Vientiane Prefecture, Laos')
  })

  story('32 · Rows and marks say what their signs show; a solid sign is an exact site', '/?country=THA', async (page, base) => {
    await becomes(() => page.locator('.mark .cluster')
      .evaluateAll((all) => all.every((e) => /facilities here, Thailand$/.test(e.getAttribute('aria-label') ?? ''))),
      true, 'a cluster says where it is')
    await page.locator('#more').waitFor({ state: 'hidden' })
    const rows = await page.locator('#list .row').evaluateAll((all) => all.map((row) => ({
      slug: row.getAttribute('data-slug') ?? '', text: row.textContent ?? '', hollow: row.querySelector('.kind.hollow') !== null,
    })))
    const { features } = await (await fetch(`${base}/collections/facilities/items?country=THA&limit=100`)).json()
    const known = new Map(features.map((/** @type {any} */ { properties: f }) => [f.slug, f]))
    for (const { slug, text, hollow } of rows) {
      const f = known.get(slug)
      const precision = { site: 'Exact site', city: 'Town', admin1: 'Province' }[/** @type {'site'} */ (f.precision)]
      const kinds = { 'joint-laboratory': 'Joint laboratory', 'innovation-centre': 'Innovation centre', 'agricultural-park': 'Agricultural park' }
      const kind = kinds[/** @type {'joint-laboratory'} */ (f.kind)]
      assert.ok(text.startsWith(`${kind}, ${precision}, `), text)
      assert.equal(hollow, f.precision !== 'site', slug)
    }
    assert.ok(rows.some(({ hollow }) => hollow) && rows.some(({ hollow }) => !hollow), 'both are among them')
    assert.deepEqual(await page.locator('.legends .signs > span').allInnerTexts(), ['Exact site', 'Town or province only'])
    for (const path of ['/facilities/cattc-nanning', '/countries/tha']) {
      await page.goto(base + path)
      assert.match(await page.locator('main').innerText(), /Exact site[^]*Town or province only/, path)
      assert.ok(await page.locator('.drawing .mark.hollow').count() > 0, path)
    }
    assert.equal(await page.locator('.facilities:not(.taking) .hollow > .kind').count(), features.filter((/** @type {any} */ { properties: f }) => f.precision !== 'site').length)
    assert.equal(await page.locator('.facilities:not(.taking) :not(.hollow) > .kind').count(),
      features.filter((/** @type {any} */ { properties: f }) => f.precision === 'site').length)
  })
})

describe('on 3,000 records and two stacks', () => {
  const register = join(folder, 'stacks')
  const stacks = [60, 500]
  before(() => writeRegister(register, 3000, { stacks }))
  const story = storyOn(['--data', register])
  stacks.forEach((n, i) => {
    const { lat, lon } = stackAt(i)
    story(`12 · A stack of ${n} on one point opens as a list of them all`, `/#8/${lat}/${lon}`, async (page) => {
      await summaryTells(page, 3000 + 60 + 500)
      await opensAsList(page, n)
    })
  })
})

if (realRegister) { // an extra, where it lies beside the project: the stacks above tell the same
  storyOn(['--data', realRegister])('12 · The real register of 51,370: a stack of more than 50 opens as a list of them all', '/#14/13.75398/100.50144', async (page, base) => {
    await summaryTells(page, 51_370)
    const n = await drawn(base, 'bbox=100.50143,13.75397,100.50145,13.75399')
    assert.ok(n >= 50, `${n} on one point`)
    await opensAsList(page, n)
  })
}

/** @param {Page} page @param {number} n records on one point */
async function opensAsList(page, n) {
  await page.locator(`.mark .cluster[data-count="${n}"]`).click()
  await until(async () => (await page.locator('#card .row').count()) > 0, 'the list opens')
  const more = page.locator('#card button.more') // long lists come in parts
  while (await more.isVisible()) await more.click()
  await becomes(() => page.locator('#card .row').count(), n, 'a row for each')
  assert.equal(new Set(await slugs(page, '#card')).size, n, 'each once')
  await until(async () => (await page.locator('#card h2').innerText()).startsWith(String(n)), 'the title counts them')
}

/** Drags the map by pixels. @param {Page} page @param {number} x @param {number} y */
async function drag(page, x, y) {
  const area = await page.locator('#map').boundingBox()
  if (!area) throw new Error('the map is not shown')
  const from = { x: area.x + area.width - 60, y: area.y + area.height / 2 } // where no mark is
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + x / 2, from.y + y / 2)
  await page.mouse.move(from.x + x, from.y + y)
  await page.mouse.up()
}
