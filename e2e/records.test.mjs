// What the page tells of one record, and what of a record it must not do.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { marksTotal, openFirst, ready, record } from './atlas.mjs'
import { becomes, until, visit } from './browser.mjs'
import { folder } from './server.mjs'
import { browser, onEachStore, served, TIMEOUT } from './stories.mjs'

onEachStore((story) => {
  story('16 · The card tells precision in words, every source and the last change', '/?selected=cattc-nanning', async (page, base) => {
    const f = await record(base, 'cattc-nanning')
    const card = page.locator('#card')
    await until(() => card.locator('.sources li').count().then((n) => n === 1 + f.sources.length), 'every source is listed')
    const links = await card.locator('.sources a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
    assert.deepEqual(links, [f.source_url, ...f.sources.map((/** @type {any} */ s) => s.url)])
    const text = await card.innerText()
    assert.match(text, /Town: the sources name the town/)
    assert.ok(text.includes(f.sources[0].supports), 'what a source supports')
    if (f.updated) assert.match(text, new RegExp(`Last changed .*${f.updated.slice(0, 4)}`))
  })

  story('16 · The record has a page of its own, without scripts too', '/facilities/cattc-nanning', async (page, base) => {
    const f = await record(base, 'cattc-nanning')
    assert.equal(await page.locator('h1').innerText(), f.name)
    const links = await page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
    for (const url of [f.source_url, ...f.sources.map((/** @type {any} */ s) => s.url)]) assert.ok(links.includes(url), `the source ${url}`)
  }, { scripts: false })

  story('16 · The briefing of a country counts what the API counts', '/countries/tha', async (page, base) => {
    assert.match(await page.locator('h1').innerText(), /Thailand/)
    const { numberMatched } = await (await fetch(`${base}/collections/facilities/items?country=THA&limit=1`, { headers: { Accept: 'application/geo+json' } })).json()
    assert.match(await page.locator('main').innerText(), new RegExp(`\\b${numberMatched}\\b`))
  }, { scripts: false })
})

test('16 · A briefing prints on two pages, and that of the country that takes part in most on three, in every script', { timeout: TIMEOUT }, async () => {
  const base = await served()
  await visit(await browser(), base, { scripts: false }, async (page) => {
    for (const lang of ['en', 'zh', 'th', 'km', 'my']) {
      for (const path of ['/countries/chn', '/countries/tha', '/sectors/modern-agriculture']) { // those with most records
        await page.goto(`${base}${path}?lang=${lang}`)
        const file = await page.pdf({ preferCSSPageSize: true })
        const pages = file.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []
        assert.ok(pages.length > 0 && pages.length <= (path === '/countries/chn' ? 3 : 2), `${path} in ${lang}: ${pages.length} pages`)
        assert.equal(await page.locator('.on-paper').count(), path === '/countries/tha' ? 0 : 1, 'where the others are')
      }
    }
  })
})

test('16 · The name of a record stays text, whatever it holds', { timeout: TIMEOUT }, async () => {
  const register = join(folder, 'names')
  const name = '<img src=x onerror=alert(1)>'
  mkdirSync(register)
  writeFileSync(join(register, 'facilities.csv'), [
    'slug,kind,name,name_zh,country,city,lon,lat,location_precision,sectors,partners,summary,source_title,source_url',
    `evil-1,joint-laboratory,${name},${name},THA,${name},100.5,13.7,city,new-energy,${name},${name},${name},https://example.org/`,
    `evil-2,garden-shed,${name} two,,THA,Rayong,101.5,12.7,city,new-energy,,,${name},https://example.org/`,
  ].join('\n'))
  const base = await served('--data', register)
  await visit(await browser(), base, {}, async (page) => {
    page.on('dialog', () => assert.fail('a script of a record ran'))
    await ready(page)
    await becomes(() => marksTotal(page), 2)
    await openFirst(page)
    await becomes(() => page.locator('#card h2').innerText(), name)
    assert.equal(await page.locator('img').count(), 0)
    assert.match(await page.title(), /<img/)
  })
  await visit(await browser(), base, { scripts: false }, async (page) => {
    assert.equal(await page.locator('#list .row-name').first().innerText(), name)
  })
})
