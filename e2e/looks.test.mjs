// What the page must be whatever it shows: accessible, of a size for every window
// and finger, light, and clean at sea.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clean } from './axe.mjs'
import { choose, drawn, fitsWidth, landIsDrawn, marksTotal, openFirst, summaryTells, zoomOf } from './atlas.mjs'
import { becomes, DESKTOP, PHONE, until, visit } from './browser.mjs'
import { browser, onMemory, served, TIMEOUT } from './stories.mjs'

/** @typedef {import('playwright-core').Page} Page */

const NARROW = { width: 320, height: 800 }
const ENLARGED = { width: 320, height: 256 } // a window of 1280 by 1024 at 400 %

/** The pages without a map. */
const PAGES = ['/facilities/cattc-nanning', '/countries/tha', '/sectors/new-energy', '/institutions/chinese-academy-of-sciences', '/projects?country=THA']

onMemory((story) => {
  for (const dark of [false, true]) {
    for (const [screen, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      const look = `${screen}, ${dark ? 'dark' : 'light'}`
      story(`22 · axe finds nothing: map, filters, list, card; ${look}`, '/', async (page, base) => {
        await becomes(() => marksTotal(page), await drawn(base, ''))
        await clean(page, 'map')
        if (size === PHONE) {
          await page.locator('#open-filters').click()
          await choose(page, 'country', 'THA')
          await clean(page, 'filters')
          await page.locator('#show-results').click()
          await page.locator('#sheet-handle').click()
        } else {
          await choose(page, 'country', 'THA')
        }
        await summaryTells(page, 22)
        await clean(page, 'filtered')
        await openFirst(page)
        await clean(page, 'card')
      }, { size, dark })

      story(`22 · axe finds nothing: table, statistics, share; ${look}`, '/?country=THA,LAO', async (page) => {
        await page.locator('#view-list').click()
        await page.locator('#table-view tbody tr').first().waitFor()
        await clean(page, 'table')
        await page.locator('#view-statistics').click()
        await page.locator('#statistics-view [data-columns=sector]').waitFor()
        await clean(page, 'statistics')
        await page.locator('#share').click()
        await page.locator('#share-dialog h2').waitFor()
        await clean(page, 'share')
      }, { size, dark })

      test(`22 · axe finds nothing: embed, facility, country, sector; ${look}`, { timeout: TIMEOUT }, async () => {
        const base = await served()
        await visit(await browser(), `${base}/embed?country=THA`, { size, dark }, async (page) => {
          await page.locator('.mark').first().waitFor()
          await clean(page, 'embed')
        })
        for (const path of PAGES) await visit(await browser(), base + path, { size, dark }, (page) => clean(page, path))
      })
    }

    const plain = ['/api', '/collections', '/collections/facilities', '/collections/facilities/queryables', '/collections/facilities/open?country=THA',
      '/collections/facilities/tiles', '/collections/facilities/tiles/WebMercatorQuad', '/collections/countries/items?limit=5']
    test(`22 · axe finds nothing on the plain pages, ${dark ? 'dark' : 'light'}`, { timeout: TIMEOUT }, async () => {
      for (const path of plain) {
        await visit(await browser(), await served() + path, { size: dark ? PHONE : DESKTOP, dark }, async (page) => {
          if (path === '/api') await until(() => page.locator('#viewer .opblock-tag').first().isVisible(), 'the viewer shows the API')
          await clean(page, path)
        })
      }
    })
  }

  for (const size of [NARROW, ENLARGED]) {
    const window = `${size.width} × ${size.height}`
    story(`23 · In a window of ${window} nothing scrolls sideways, and nothing is lost`, '/?country=THA', async (page) => {
      const fits = async (/** @type {string} */ where) => assert.ok(await fitsWidth(page), `${where} scrolls sideways`)
      await fits('map')
      for (const id of ['search', 'view-map', 'view-list', 'view-statistics', 'share', 'languages', 'theme', 'sheet-handle', 'open-filters']) {
        assert.ok(await reachable(page, `#${id}`), `#${id} cannot be reached`)
      }
      await page.locator('#open-filters').click()
      await fits('filters')
      await choose(page, 'sector', 'new-energy')
      assert.ok(await reachable(page, '#show-results'), 'the way out of the filters')
      await page.locator('#show-results').click()
      await until(() => page.locator('#filters-dialog').isHidden(), 'the dialog closes')
      if (await page.locator('#panel').getAttribute('data-stop') !== 'full') await page.locator('#sheet-handle').click()
      await openFirst(page)
      await fits('card')
      await page.locator('#card footer').scrollIntoViewIfNeeded()
      assert.ok(await reachable(page, '#card footer'), 'the end of the card')
      await page.locator('#card .close').click()
      await page.locator('#view-list').click()
      await page.locator('#table-view tbody tr').first().waitFor()
      await fits('table')
      await page.locator('#view-statistics').click()
      await page.locator('#statistics-view [data-columns=sector]').waitFor()
      await fits('statistics')
    }, { size })

    story(`23 · In a window of ${window} the map can be used: half of it is map, with marks that can be pressed`, '/', async (page) => {
      await until(async () => (await page.locator('.mark').count()) > 1, 'there are marks')
      const [share, free] = await page.evaluate(() => {
        const map = /** @type {Element} */ (document.querySelector('#map')).getBoundingClientRect()
        const sheet = document.querySelector('#panel')?.getBoundingClientRect()
        const seen = Math.min(map.bottom, sheet?.top ?? 0) - map.top
        const free = [...document.querySelectorAll('.mark button, .leaflet-bar a')].filter((e) => {
          const { left, right, top, bottom } = e.getBoundingClientRect()
          return e.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))
        })
        return [seen / innerHeight, free.filter((e) => e.matches('.mark *')).length * free.filter((e) => e.matches('a')).length]
      })
      assert.ok(share >= 0.48, `${Math.round(share * 100)} % of the window`)
      assert.ok(free >= 4, 'two marks and two buttons at least')
      const before = zoomOf(page)
      await page.locator('.mark .cluster').first().click()
      await until(async () => zoomOf(page) > before, 'a cluster opens')
    }, { size })

    test(`23 · In a window of ${window} the pages without a map do not scroll sideways`, { timeout: TIMEOUT }, async () => {
      for (const path of [...PAGES, '/embed']) {
        await visit(await browser(), await served() + path, { size }, async (page) => assert.ok(await fitsWidth(page), path))
      }
    })
  }

  for (const motion of [false, true]) {
    story(`24 · ${motion ? 'Where motion is welcome the map glides' : 'Reduced motion: nothing glides'}`, '/', async (page) => {
      await until(async () => (await page.locator('.mark').count()) > 0, 'there are marks')
      const glides = await page.evaluate(async () => {
        const before = location.hash
        let map = false
        document.querySelector(/** @type {'button'} */ ('.leaflet-control-zoom-in'))?.click()
        while (location.hash === before) { // until the zoom is done
          await new Promise((resolve) => requestAnimationFrame(resolve))
          map ||= document.querySelector('.leaflet-zoom-anim') !== null
        }
        const slow = [...document.querySelectorAll('*')].filter((e) => {
          const { transitionDuration, animationDuration } = getComputedStyle(e)
          return `${transitionDuration}, ${animationDuration}`.split(',').some((s) => parseFloat(s) > 0.02)
        })
        return { map, slow: slow.map((e) => e.outerHTML.slice(0, 80)) }
      })
      assert.equal(glides.map, motion)
      if (!motion) assert.deepEqual(glides.slow, [])
    }, { motion })
  }

  story('24 · Forced colours: marks, chips and what is chosen keep an edge', '/?country=THA', async (page) => {
    await until(async () => (await page.locator('.mark').count()) > 0, 'there are marks')
    const flat = await page.evaluate(() => [...document.querySelectorAll('.mark button, #chips .chip, #search, #open-filters, [id^=view-][aria-current]')]
      .filter((e) => e.checkVisibility())
      .filter((e) => {
        const { borderTopStyle, borderTopWidth, borderBottomStyle, borderBottomWidth, outlineStyle, outlineWidth, textDecorationLine } = getComputedStyle(e)
        const edge = (/** @type {string} */ style, /** @type {string} */ width) => style !== 'none' && parseFloat(width) > 0
        return !edge(borderTopStyle, borderTopWidth) && !edge(borderBottomStyle, borderBottomWidth) && !edge(outlineStyle, outlineWidth) && textDecorationLine === 'none'
      }).map((e) => e.outerHTML.slice(0, 100)))
    assert.deepEqual(flat, [])
    await openFirst(page)
    await clean(page, 'card in forced colours')
  }, { forcedColors: true })

  for (const [screen, size, least] of /** @type {const} */ ([['desktop', DESKTOP, 24], ['phone', PHONE, 44]])) {
    story(`25 · What is pressed is at least ${least} pixels: ${screen}`, '/?country=THA', async (page) => {
      await until(async () => (await page.locator('.mark').count()) > 0, 'there are marks')
      assert.deepEqual(await smallTargets(page, least), [], 'map and list')
      if (size === PHONE) {
        await page.locator('#open-filters').click()
        assert.deepEqual(await smallTargets(page, least), [], 'filters')
        await page.locator('#show-results').click()
        await page.locator('#sheet-handle').click()
        assert.deepEqual(await smallTargets(page, least), [], 'list')
      }
      await openFirst(page)
      assert.deepEqual(await smallTargets(page, least), [], 'card')
      await page.locator('#card .close').click()
      await page.locator('#languages summary').click()
      assert.deepEqual(await smallTargets(page, least), [], 'languages')
      await page.locator('#view-statistics').click()
      await page.locator('#statistics-view [data-columns=sector]').waitFor()
      assert.deepEqual(await smallTargets(page, least), [], 'statistics')
      await page.locator('#share').click()
      await page.locator('#share-dialog h2').waitFor()
      assert.deepEqual(await smallTargets(page, least), [], 'share')
    }, { size })
  }

  story('First view: at most 300 kB in all', '/livez', async (page, base) => {
    let all = 0
    /** @type {Promise<void>[]} */
    const sizes = []
    page.on('requestfinished', (request) => sizes.push((async () => {
      const { responseBodySize, responseHeadersSize } = await request.sizes()
      all += responseBodySize + responseHeadersSize
    })()))
    await page.goto(base, { waitUntil: 'networkidle' })
    await Promise.all(sizes)
    assert.ok(all > 100_000 && all <= 300_000, `${all} bytes in all`)
  }, { early: true, failing: /404/ })

  story('The sea between Hainan and Luzon stays empty at every zoom', '/?country=BRN&selected=none-such#3/16/115', async (page) => {
    await until(() => page.evaluate(landIsDrawn), 'the basemap is drawn')
    for (const zoom of [3, 4, 5, 6, 7, 8]) {
      await page.evaluate((z) => { location.hash = `#${z}/16/115` }, zoom)
      await until(() => page.evaluate(seaIsEmpty), `nothing is drawn at sea at zoom ${zoom}`)
      assert.equal(await page.locator('.country-name').evaluateAll(namesNearMiddle), 0)
    }
  }, { failing: /404|readback/ })

  story('The viewer of the API sends a request and shows the answer', '/api', async (page) => {
    await page.locator('#viewer .opblock-tag', { hasText: 'Service' }).click()
    await page.locator('#viewer .opblock', { hasText: '/conformance' }).locator('.opblock-summary').click()
    await page.getByRole('button', { name: 'Try it out' }).click()
    await page.getByRole('button', { name: 'Execute', exact: true }).click()
    await until(async () => (await page.locator('#viewer .live-responses-table').innerText()).includes('conformsTo'), 'the answer is shown')
  }, { early: true })

  story('A line of the page "in other programs" is copied', '/collections/facilities/open?country=THA', async (page, base) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const line = page.locator('section', { has: page.getByRole('heading', { name: 'geopandas' }) })
    await line.getByRole('button').click()
    await becomes(() => line.getByRole('button').innerText(), 'Copied')
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `geopandas.read_file("${base}/data/facilities.geojson?country=THA")`)
  }, { early: true })
})

/** Whether an element lies in the window, or comes into it by scrolling down. @param {Page} page @param {string} selector */
async function reachable(page, selector) {
  const element = page.locator(selector)
  if (!(await element.isVisible())) return false
  await element.scrollIntoViewIfNeeded()
  const box = await element.boundingBox()
  return box !== null && box.width > 0 && box.x > -1 && box.x + box.width < (page.viewportSize()?.width ?? 0) + 1 && box.y + box.height > 0
}

/**
 * What is pressed and smaller than that. A link in a sentence may be (WCAG 2.2, 2.5.8),
 * and the label of a box is pressed with it.
 * @param {Page} page @param {number} least
 */
function smallTargets(page, least) {
  return page.evaluate((least) => {
    const modal = document.querySelector('dialog:modal')
    const all = [...(modal ?? document).querySelectorAll('button, summary, select, textarea, input:not([type=hidden]), a[href]')]
    const inline = (/** @type {Element} */ e) => e.matches('a') && ['inline', 'contents'].includes(getComputedStyle(e).display)
    return all.filter((e) => e.checkVisibility({ visibilityProperty: true }) && !inline(e) && !e.closest('.skip, .leaflet-control-attribution'))
      .map((e) => ({ e, box: (e.matches('[type=checkbox], [type=radio]') ? e.closest('label') ?? e : e).getBoundingClientRect() }))
      .filter(({ e, box }) => box.width > 1 && (box.height < (e.closest('.mark') ? 24 : least) - 0.5 || box.width < 23.5))
      .map(({ e, box }) => `${Math.round(box.width)} × ${Math.round(box.height)} ${e.outerHTML.slice(0, 100)}`)
  }, least)
}

/** Runs in the page: whether the canvas is clear around the middle of the window. */
function seaIsEmpty() {
  const canvas = /** @type {HTMLCanvasElement|null} */ (document.querySelector('canvas.basemap'))
  const map = document.querySelector('#map')?.getBoundingClientRect()
  if (!canvas || !map) return false
  const { left, top } = canvas.getBoundingClientRect()
  const size = 8
  const [x, y] = [map.left + map.width / 2 - left - size / 2, map.top + map.height / 2 - top - size / 2]
  return canvas.getContext('2d')?.getImageData(x, y, size, size).data.every((n) => n === 0) ?? false
}

/** Runs in the page. @param {Element[]} names */
function namesNearMiddle(names) {
  const map = document.querySelector('#map')?.getBoundingClientRect()
  if (!map) return -1
  return names.filter((n) => {
    const { left, top } = n.getBoundingClientRect()
    return Math.hypot(left - map.left - map.width / 2, top - map.top - map.height / 2) < 40
  }).length
}
