// On a phone: the sheet, the dialog of filters, the card over the list.

import assert from 'node:assert/strict'
import { becomesRows, choose, drawn, fitsWidth, openFirst, summary, zoomOf } from './atlas.mjs'
import { becomes, PHONE, until } from './browser.mjs'
import { builtIn } from './server.mjs'
import { onMemory } from './stories.mjs'

onMemory((story) => {
  story('27 · Filters in a dialog, the card over the list, the ring above the card', '/', async (page, base) => {
    await becomes(() => summary(page), `${builtIn} facilities · ${await drawn(base, '')} on the map`)
    assert.ok(await fitsWidth(page))
    await page.locator('#open-filters').click()
    await choose(page, 'country', 'THA')
    await becomes(() => page.locator('#show-results').innerText(), 'Show 22 results')
    assert.ok(await fitsWidth(page))
    await page.locator('#show-results').click()
    await until(() => page.locator('#filters-dialog').isHidden(), 'the dialog closes')
    await page.locator('#sheet-handle').click()
    await openFirst(page)
    assert.ok(await fitsWidth(page))
    await until(() => page.evaluate(() => {
      const ring = document.querySelector('.ring')?.getBoundingClientRect()
      const card = document.querySelector('#card')?.getBoundingClientRect()
      return !!ring && !!card && ring.bottom < card.top
    }), 'the ring is above the card')
    assert.equal(await drawn(base, 'country=THA'), 17)
  }, { size: PHONE })

  story('27 · The sheet has three stops, by button and by drag', '/?country=THA', async (page) => {
    const panel = page.locator('#panel')
    const height = async () => (await panel.boundingBox())?.height ?? 0
    const stop = (/** @type {string} */ want) => becomes(() => panel.getAttribute('data-stop'), want)
    await stop('peek')
    const heights = [await height()]
    for (const name of ['half', 'full']) {
      await page.locator('#sheet-handle').click()
      await stop(name)
      await until(async () => (await height()) > heights[0] + 40, 'the sheet is higher')
      heights.unshift(await height())
    }
    await page.locator('#sheet-handle').click()
    await stop('peek')
    await dragHandle(page, 390)
    await stop('half')
  }, { size: PHONE })

  story('27 · One finger is enough: buttons zoom the map', '/', async (page) => {
    await until(async () => (await page.locator('.mark').count()) > 0, 'there are marks')
    const before = zoomOf(page)
    for (const [name, further] of /** @type {[string, number][]} */ ([['Zoom in', 1], ['Zoom out', -1]])) {
      const button = page.getByRole('button', { name })
      const box = await button.boundingBox()
      assert.ok(box && box.width >= 44 && box.height >= 44, `${name}: ${box?.width} × ${box?.height}`)
      const at = zoomOf(page)
      await button.tap()
      await until(async () => (zoomOf(page) - at) * further > 0, name)
    }
    assert.equal(zoomOf(page), before)
    assert.ok(await page.evaluate(() => {
      const [a, b] = ['.leaflet-bar', '.layer-switch'].map((name) => document.querySelector(name)?.getBoundingClientRect())
      return !!a && !!b && b.right < a.left
    }), 'they lie beside each other')
  }, { size: PHONE })

  story('27 · Turned on its side and back, all is still there', '/?country=THA', async (page) => {
    await page.setViewportSize({ width: 844, height: 390 })
    await until(() => page.locator('#map').isVisible(), 'the map is there')
    assert.ok(await fitsWidth(page))
    await openFirst(page)
    assert.ok(await fitsWidth(page))
    await page.setViewportSize(PHONE)
    await until(() => page.locator('#card h2').isVisible(), 'the card stays')
    assert.ok(await fitsWidth(page))
    await page.locator('#card .close').click()
    await page.locator('#open-filters').click()
    await page.setViewportSize({ width: 844, height: 390 })
    await until(() => page.locator('#filters-dialog').isHidden(), 'the dialog of a phone closes where there is room for more')
    await becomesRows(page, 'input[name=country][value=THA]:checked', 1)
  }, { size: PHONE })
})

/** Drags the sheet with a finger, which rests before it goes: no flick. @param {import('playwright-core').Page} page @param {number} to */
async function dragHandle(page, to) {
  const handle = await page.locator('#sheet-handle').boundingBox()
  if (!handle) throw new Error('the handle is not shown')
  const finger = await page.context().newCDPSession(page)
  const touch = (/** @type {'touchStart'|'touchMove'|'touchEnd'} */ type, /** @type {number[]} */ ...ys) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: ys.map((y) => ({ x: handle.x + handle.width / 2, y })) })
  await touch('touchStart', handle.y + 10)
  for (let y = handle.y; y > to; y -= 20) await touch('touchMove', y)
  await new Promise((resolve) => setTimeout(resolve, 400))
  await touch('touchMove', to)
  await touch('touchEnd')
}
