// Narrowing the data: filters, chips, words, and what to do when nothing matches.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agrees, apiCounts, apiSlugs, choose, countsAgree, matched, ready, shownCounts, slugs, summaryTells } from './atlas.mjs'
import { becomes, until, visit } from './browser.mjs'
import { builtIn } from './server.mjs'
import { browser, onEachStore, onMemory, served, TIMEOUT } from './stories.mjs'

onEachStore((story) => {
  story('2 · Choose Thailand: count, list, marks and address are those of the API', '/?follow=0', async (page, base) => {
    await choose(page, 'country', 'THA')
    assert.equal(await agrees(page, base, 'country=THA'), 22)
    assert.match(page.url(), /country=THA/)
    await page.locator('#unplaced summary').click()
    await becomes(() => slugs(page), await apiSlugs(base, 'country=THA'), 'rows for Thailand')
    await choose(page, 'sector', 'new-energy')
    await agrees(page, base, 'country=THA&sector=new-energy')
    await becomes(() => slugs(page), await apiSlugs(base, 'country=THA&sector=new-energy'), 'rows for Thailand and new energy')
  })

  story('9 · Search: Chinese, accents or none, a part of a partner; Enter goes to the first result', '/', async (page, base) => {
    for (const words of ['农业', 'hà nội', 'ha noi', 'guangxi academy']) {
      await page.locator('#search').fill(words)
      const n = await matched(base, `q=${encodeURIComponent(words)}`)
      assert.ok(n > 0, words)
      await summaryTells(page, n)
    }
    assert.equal(await matched(base, 'q=h%C3%A0%20n%E1%BB%99i'), await matched(base, 'q=ha%20noi'))
    await page.locator('#search').fill('rice')
    await page.locator('#search').press('Enter')
    await until(() => page.evaluate(() => document.activeElement === document.querySelector('#list .row')), 'Enter goes to the first result')
    await page.keyboard.press('/')
    await until(() => page.evaluate(() => document.activeElement?.id === 'search'), '/ goes to the search')
  })

  story('10 · No match: the hint names a filter, and dropping it helps', '/?country=BRN&kind=joint-laboratory', async (page, base) => {
    const hint = page.getByRole('button', { name: /without Kind: / })
    const n = Number(/(\d+) facilit/.exec(await hint.innerText())?.[1])
    assert.equal(n, await matched(base, 'country=BRN'))
    await hint.click()
    await summaryTells(page, n)
    await until(() => page.locator('#list .row').count().then((rows) => rows > 0), 'there are rows')
  })
})

onMemory((story) => {
  story('3 · Two countries widen, a sector and a kind narrow', '/', async (page, base) => {
    await choose(page, 'country', 'THA')
    await choose(page, 'sector', 'modern-agriculture')
    const both = await agrees(page, base, 'country=THA&sector=modern-agriculture')
    assert.ok(both < await matched(base, 'country=THA') && both < await matched(base, 'sector=modern-agriculture'), 'facets narrow each other')
    await choose(page, 'country', 'VNM')
    assert.ok(await agrees(page, base, 'country=THA,VNM&sector=modern-agriculture') > both, 'values of one facet widen')
    await choose(page, 'kind', 'agricultural-park')
    await agrees(page, base, 'country=THA,VNM&sector=modern-agriculture&kind=agricultural-park')
  })

  story('4 · The counts of the facets are those of the API after every click, own choice ignored', '/', async (page, base) => {
    const unfiltered = await apiCounts(base, '', 'country')
    const chosen = { country: ['THA', 'LAO'], sector: ['modern-agriculture'], kind: ['joint-laboratory'] }
    const query = new URLSearchParams()
    for (const [dimension, values] of Object.entries(chosen)) {
      for (const value of values) {
        await choose(page, dimension, value)
        query.set(dimension, query.has(dimension) ? `${query.get(dimension)},${value}` : value)
        await countsAgree(page, base, query.toString())
      }
      if (dimension === 'country') assert.deepEqual(await shownCounts(page, 'country'), unfiltered, 'a country does not change the counts of countries')
    }
    await choose(page, 'country', 'THA')
    query.set('country', 'LAO')
    await countsAgree(page, base, query.toString())
  })

  story('4 · Year founded narrows as the API does', '/?established=2015..2020', async (page, base) => {
    const n = await agrees(page, base, 'established=2015..2020')
    assert.ok(n > 0 && n < builtIn, `${n} records`)
    await choose(page, 'country', 'CHN')
    await agrees(page, base, 'established=2015..2020&country=CHN')
    assert.match(page.url(), /established=2015\.\.2020/)
  })

  story('8 · An address with mistakes says so, and works', '/?country=XXX&colour=red&kind=joint-laboratory', async (page, base) => {
    await agrees(page, base, 'kind=joint-laboratory')
    assert.equal(await page.locator('.notice').count(), 2)
    assert.match(await page.locator('.results-head').innerText(), /country=XXX[^]*colour=red|colour=red[^]*country=XXX/)
  })

  story('8 · A filter that only the API has is named', '/?datetime=2015-01-01/..', async (page) => {
    await until(async () => /datetime/.test(await page.locator('.notice').innerText()), 'a notice names it')
  })

  test('2 · A box that is ticked before the scripts are there counts', { timeout: TIMEOUT }, async () => {
    const base = await served()
    await visit(await browser(), `${base}/livez`, { failing: /404/ }, async (page) => {
      /** @type {() => void} */ let go = () => {}
      const gone = new Promise((resolve) => (go = () => resolve(undefined)))
      await page.route('**/app/main.js', async (route) => { await gone; await route.continue() })
      await page.goto(base, { waitUntil: 'commit' })
      await choose(page, 'country', 'THA')
      go()
      await ready(page)
      await agrees(page, base, 'country=THA')
    })
  })

  story('5 · Chips take one filter away, Clear all takes all', '/?country=LAO&kind=joint-laboratory#3.5/18/107', async (page, base) => {
    await agrees(page, base, 'country=LAO&kind=joint-laboratory')
    await page.getByRole('button', { name: 'Remove the filter Stands in: Laos' }).click()
    await agrees(page, base, 'kind=joint-laboratory')
    await page.getByRole('button', { name: 'Clear all' }).click()
    await agrees(page, base, '')
    assert.doesNotMatch(page.url(), /kind|country/)
  })

  story('9 · Names of countries, kinds and sectors in a search are chips that can be taken off', '/', async (page, base) => {
    await page.locator('#search').fill('agricultural parks in Thailand and Laos sugarcane')
    await page.locator('#search').fill('labs in Thailand solar')
    await page.getByRole('button', { name: 'Remove the filter Stands in: Thailand' }).click()
    await becomes(async () => (await page.locator('#search').inputValue()).includes('hailand'), false, 'the name in the search box')
    await until(async () => (await page.locator('#chips').innerText()).includes('solar'), 'the other words stay')
    await summaryTells(page, await matched(base, `q=${encodeURIComponent(await page.locator('#search').inputValue())}`))
  })

  story('9 · The best come first, page after page and none twice, and what they were found by is marked', '/?follow=0&q=china', async (page, base) => {
    await until(async () => (await page.locator('#list mark').count()) > 3, 'hits are marked')
    const query = 'f=json&q=china&precision=site,city,admin1&sortby=relevance,label&limit=1000'
    const { features } = await (await fetch(`${base}/collections/facilities/items?${query}`)).json()
    const wanted = features.map((/** @type {any} */ f) => f.properties.slug)
    assert.ok(wanted.length > 60, 'there are several pages')
    const rows = page.locator('#list .row')
    while (await page.locator('#more').isVisible()) {
      const before = await rows.count()
      await page.locator('#list[aria-busy=false]').waitFor() // a press while another answer is on its way asks for nothing more
      await page.locator('#more').click()
      await until(async () => (await rows.count()) > before, 'another page is there')
    }
    assert.deepEqual(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-slug'))), wanted)
    assert.match(await page.locator('#list .row-name').first().textContent() ?? '', /china/i)
    assert.match(await page.locator('#list .row-place').first().textContent() ?? '',
      /China|Laos|Thailand|Vietnam|Cambodia|Malaysia|Myanmar|Indonesia|Philippines|Singapore|Brunei|Timor-Leste/, 'where it stands')
  })

  story('9 · What a record was found by in another language is told, each in its language', '/?follow=0', async (page) => {
    await page.locator('#search').fill('水稻')
    const told = page.locator('#list .row-found mark')
    await told.first().waitFor()
    assert.deepEqual([...new Set(await told.evaluateAll((all) => all.map((e) => e.getAttribute('lang'))))].sort().join(), 'en')
    assert.ok((await told.allInnerTexts()).some((text) => /^(rice|paddy)/i.test(text)), 'by a name of the same in English')
    await page.goto(page.url().replace('q=', 'lang=zh&q=').replace(/q=[^&#]*/, 'q=paddy'))
    await told.first().waitFor()
    assert.ok((await told.allInnerTexts()).some((text) => text.includes('稻')), 'by that in the language of the page')
    assert.ok((await page.locator('#list .row-place span[lang=zh]').count()) === 0, 'what is in the language of the page says none')
  })

  story('3 · Countries stand as people of the language put them', '/?follow=0&lang=zh', async (page) => {
    await until(async () => (await page.locator('#list h2').count()) > 2, 'there are groups')
    while (await page.locator('#more').isVisible()) {
      const before = await page.locator('#list .row').count()
      await page.locator('#list[aria-busy=false]').waitFor() // a press while another answer is on its way asks for nothing more
      await page.locator('#more').click()
      await until(async () => (await page.locator('#list .row').count()) > before, 'another page is there')
    }
    const names = await page.locator('#list h2').allInnerTexts()
    assert.deepEqual(names, [...names].sort(new Intl.Collator('zh').compare))
    assert.notDeepEqual(names, [], 'there are names')
  })

  story('9 · A word that finds nothing: what could be meant, and the others without it', '/?follow=0', async (page, base) => {
    await page.locator('#search').fill('Nannning rice')
    const meant = page.getByRole('button', { name: /^Did you mean “nanning rice”/i })
    await meant.waitFor()
    await page.getByRole('button', { name: /^without “nannning”/i }).waitFor()
    await meant.click()
    await summaryTells(page, await matched(base, 'q=nanning%20rice'))
  })
})
