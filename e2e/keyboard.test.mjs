// Without a mouse, and with a screen reader.

import assert from 'node:assert/strict'
import { agrees, choose, focused } from './atlas.mjs'
import { becomes, until } from './browser.mjs'
import { onMemory } from './stories.mjs'

onMemory((story) => {
  story('19 · With the keyboard alone: skip link, filter, result, card, Escape, back to the row', '/', async (page, base) => {
    await agrees(page, base, '')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), 'a#filters')
    await page.keyboard.press('Enter')
    await tabTo(page, 'input[name=country]')
    await page.keyboard.press('Space')
    const country = await page.evaluate(() => /** @type {HTMLInputElement} */ (document.activeElement).value)
    await agrees(page, base, `country=${country}`)
    await page.locator('#results').focus()
    await tabTo(page, '#list .row')
    const row = await page.evaluate(() => document.activeElement?.getAttribute('data-slug'))
    assert.ok(row, 'a row has the focus')
    await page.keyboard.press('Enter')
    await until(async () => (await focused(page)).startsWith('h2'), 'the card takes the focus')
    await page.keyboard.press('Escape')
    await until(() => page.evaluate((slug) => document.activeElement?.getAttribute('data-slug') === slug, row), 'Escape gives it back to the row')
    assert.ok(await page.locator('#card').isHidden())
  })

  story('20 · Marks are one tab stop; arrows go from mark to mark, Enter opens, Escape returns', '/', async (page, base) => {
    await agrees(page, base, '')
    assert.equal(await page.locator('.mark button[tabindex="0"]').count(), 1)
    await page.locator('.mark button[tabindex="0"]').focus()
    const x = () => page.evaluate(() => document.activeElement?.getBoundingClientRect().x ?? 0)
    const first = await x()
    await page.keyboard.press('ArrowRight')
    assert.ok(await x() > first, 'the arrow goes to a mark on the right')
    assert.equal(await page.locator('.mark button[tabindex="0"]').count(), 1)
    await page.locator('.mark .single').first().focus()
    await page.keyboard.press('Enter')
    await until(async () => (await focused(page)).startsWith('h2'), 'Enter opens the card')
    await page.keyboard.press('Escape')
    await until(async () => (await focused(page)).startsWith('button.single'), 'Escape gives the focus back to the mark')
  })

  story('21 · A change is announced once', '/', async (page, base) => {
    await agrees(page, base, '')
    await page.evaluate(() => {
      const status = /** @type {HTMLElement} */ (document.querySelector('#summary'))
      /** @type {string[]} */
      const said = []
      new MutationObserver(() => { if (said.at(-1) !== status.textContent) said.push(status.textContent ?? '') })
        .observe(status, { childList: true, subtree: true, characterData: true })
      Object.assign(window, { said })
    })
    const said = () => page.evaluate(() => /** @type {any} */ (window).said)
    await choose(page, 'country', 'THA')
    await agrees(page, base, 'country=THA')
    await becomes(said, ['22 facilities · 17 on the map'])
    await page.locator('#map').press('+') // another view is no other answer
    await until(() => page.evaluate(() => document.querySelector('#list')?.getAttribute('aria-busy') === 'false'), 'the list is there')
    assert.deepEqual(await said(), ['22 facilities · 17 on the map'])
  })

  story('25 · What has the focus is in sight', '/?country=THA', async (page) => {
    await page.locator('#results').focus()
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab')
      const lost = await page.evaluate(() => {
        const e = document.activeElement
        if (!e || e === document.body) return ''
        const { left, top, width, height, right, bottom } = e.getBoundingClientRect()
        const over = document.elementFromPoint(left + width / 2, top + height / 2)
        const seen = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight &&
          (e.contains(over) || over?.contains(e) || e.closest('label')?.contains(over) || e.closest('.leaflet-pane'))
        return seen ? '' : e.outerHTML.slice(0, 120)
      })
      assert.equal(lost, '', 'has the focus and is covered')
    }
  })
})

/** Presses Tab until something has the focus. @param {import('playwright-core').Page} page @param {string} selector */
async function tabTo(page, selector) {
  for (let i = 0; i < 16; i++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`16 times Tab did not lead to ${selector}`)
}
