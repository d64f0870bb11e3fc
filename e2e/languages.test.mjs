// Every language: each with its own texts, in the width there is.

import assert from 'node:assert/strict'
import { choose, drawn, fitsWidth, matched, openFirst, summary } from './atlas.mjs'
import { becomes, PHONE, until } from './browser.mjs'
import { file, languages, texts as catalogue } from '../web/test/texts.mjs'
import { builtIn } from './server.mjs'
import { onMemory } from './stories.mjs'

const english = catalogue('en')
const keys = Object.values(file('en')).flatMap((section) => (typeof section === 'object' ? Object.keys(section) : []))

onMemory((story) => {
  for (const lang of languages) {
    for (const [screen, options] of Object.entries({ desktop: {}, phone: { size: PHONE } })) {
      const narrowed = screen === 'desktop' ? 'country=CHN&q=cattc' : 'country=THA&sector=new-energy' // the first to one record
      story(`26 · In ${lang}, on a ${screen}: its own texts, plurals and years, and nothing overflows`, `/?lang=${lang}`, async (page, base) => {
        const texts = catalogue(lang)
        assert.equal(await page.locator('html').getAttribute('lang'), lang)
        assert.equal(await page.title(), texts.title)
        if (lang !== 'en') assert.notEqual(texts.title, english.title, 'the title is translated')
        await becomes(() => count(page), filled(texts['summary.matched'], builtIn, lang))
        await fits(page)
        await noKeys(page)
        await page.goto(`${page.url().split('#')[0]}&${narrowed}&selected=cattc-nanning`)
        await until(() => page.locator('#card h2').isVisible(), 'the card opens')
        // On a phone the card lies on the number.
        if (screen === 'desktop') await becomes(() => count(page), filled(texts['summary.matched'], await matched(base, narrowed), lang))
        await fits(page)
        await noKeys(page)
        assert.match(await page.locator('#card').innerText(), /20[012]\d/)
        assert.doesNotMatch(await page.locator('#card').innerText(), /25[4-9]\d/, 'years are Gregorian')
      }, options)
    }
  }

  story('26 · The switch of languages keeps the filters', '/?lang=zh', async (page, base) => {
    await becomes(() => summary(page), `${builtIn} 个机构 · 图上 ${await drawn(base, '')} 个`)
    await choose(page, 'country', 'THA')
    await until(async () => (await page.locator('#chips').innerText()).includes('泰国'), 'the chip is in Chinese')
    await page.locator('#languages summary').click()
    await page.getByRole('link', { name: 'English', exact: true }).click()
    await until(async () => (await summary(page)).startsWith('22 facilities'), 'the switch keeps the filter')
  })

  story('26 · The language of the browser is taken where none is chosen', '/', async (page) => {
    assert.equal(await page.locator('html').getAttribute('lang'), 'vi')
    await openFirst(page)
  }, { locale: 'vi-VN' })
})

/** @param {import('playwright-core').Page} page */
const count = (page) => page.locator('#summary strong').innerText()

/** @param {string|Record<string, string>} text @param {number} n @param {string} lang */
function filled(text, n, lang) {
  const form = typeof text === 'string' ? text : (text[new Intl.PluralRules(lang).select(n)] ?? text.other)
  return form.replace('{n}', String(n))
}

/** Nothing reads like the key of a text. @param {import('playwright-core').Page} page */
async function noKeys(page) {
  const shown = await page.evaluate(() => [document.body.innerText, ...[...document.querySelectorAll('[aria-label], [title], [placeholder]')]
    .flatMap((e) => ['aria-label', 'title', 'placeholder'].map((name) => e.getAttribute(name) ?? ''))].join('\n'))
  assert.deepEqual(keys.filter((key) => key.includes('.') && shown.includes(key)), [], 'keys that are shown')
  assert.doesNotMatch(shown, /\{\w+\}/, 'a slot is left open')
}

/** No part of header, filters or list is wider than its place. @param {import('playwright-core').Page} page */
async function fits(page) {
  assert.ok(await fitsWidth(page), 'the page scrolls sideways')
  const wide = await page.evaluate(() => {
    const ownRow = (/** @type {Element} */ e) => e.closest('.chips') &&
      getComputedStyle(/** @type {Element} */ (e.closest('.chips'))).overflowX === 'auto' // chips of a phone scroll
    const shown = [...document.querySelectorAll('header.top, header.top *, .panel, .sheet-head, .results-head, .results-head *, #facets *')]
      .filter((e) => e instanceof HTMLElement && e.checkVisibility() && !e.matches('.hidden, .hidden *, input') && !e.closest('details:not([open])') && !ownRow(e))
    return shown.filter((e) => {
      const { left, right } = e.getBoundingClientRect()
      const cut = e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1 && !['auto', 'scroll'].includes(getComputedStyle(e).overflowX) // one pixel: for screen readers
      return cut || right > innerWidth + 0.5 || left < -0.5
    }).map((e) => e.outerHTML.slice(0, 100))
  })
  assert.deepEqual(wide, [], 'wider than its place')
}
