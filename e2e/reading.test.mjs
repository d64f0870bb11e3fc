// A reader of another language, on a phone: finds records by words of that language, reads
// one, and sends the link.

import assert from 'node:assert/strict'
import { fitsWidth, record, slugs } from './atlas.mjs'
import { becomes, PHONE, until } from './browser.mjs'
import { texts as catalogue } from '../web/test/texts.mjs'
import { getJSON } from './server.mjs'
import { onEachStore, onMemory } from './stories.mjs'

/** What is looked for, and letters that only texts of the language have here. @type {Record<string, {words: string, letters: RegExp}>} */
const READERS = {
  zh: { words: '泰国的传统医药实验室', letters: /\p{Script=Han}/u },
  th: { words: 'ห้องปฏิบัติการการแพทย์แผนดั้งเดิมในไทย', letters: /\p{Script=Thai}/u },
  lo: { words: 'ຫ້ອງທົດລອງ ການແພດພື້ນເມືອງ ໄທ', letters: /\p{Script=Lao}/u },
}

for (const [lang, { words, letters }] of Object.entries(READERS)) {
  const declare = lang === 'zh' ? onEachStore : onMemory
  declare((story) => {
    story(`31 · In ${lang}: traditional medicine in Thailand, from the list to the briefing`, `/?lang=${lang}&follow=0`, async (page, base) => {
      const texts = catalogue(lang)
      await page.locator('#search').fill(words)
      await page.locator('#search').press('Enter')
      await until(async () => (await page.locator('#chips').innerText()).includes(String(texts['country.THA'])), 'the country is a chip')
      const { features } = await getJSON(`${base}/collections/facilities/items?q=${encodeURIComponent(words)}&precision=site,city,admin1`)
      const isMeant = (/** @type {any} */ { properties: f }) => f.country === 'THA' && f.sectors.includes('traditional-medicine')
      assert.ok(features.length > 1 && features.every(isMeant), 'the search means them')
      await becomes(() => slugs(page, '#list'), features.map((/** @type {any} */ f) => f.properties.slug).sort(), 'the list has the matches')
      for (const name of await page.locator('#list .row-name').allInnerTexts()) assert.match(name, letters, 'names are in the language')
      assert.ok((await page.locator('#list mark').allInnerTexts()).includes(String(texts['country.THA'])), 'hits are marked')
      assert.ok(await fitsWidth(page))

      await page.locator('#list .row').first().click()
      const title = page.locator('#card h2')
      await title.waitFor()
      const name = await title.innerText()
      assert.match(name, letters)
      assert.equal(await title.getAttribute('lang'), lang)
      assert.ok((await page.title()).startsWith(name), 'the title of the page is the name')
      assert.match(await page.locator('#card .card-summary').innerText(), letters)
      const original = page.locator('#card .original')
      assert.ok((await original.innerText()).includes(String(texts['translated.machine'])), 'it says that a machine has made it')
      await original.locator('summary').click()
      const stated = await record(base, new URL(page.url()).searchParams.get('selected') ?? '')
      await becomes(async () => (await original.locator('p').allInnerTexts()).filter((text) => [stated.name, stated.summary].includes(text)).length, 2, 'texts in English')
      assert.ok(await fitsWidth(page))

      await page.locator(`#card footer a[href*="/facilities/"]:not([type])`).click()
      const heading = page.locator('h1')
      await becomes(() => heading.innerText(), name, 'its page has the same name')
      assert.ok((await page.locator('.original summary').innerText()).includes(String(texts['translated.english'])))
      assert.ok(await fitsWidth(page))
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.locator('button.copy').click()
      const sent = await page.evaluate(async () => await navigator.clipboard.readText())
      await page.goto(sent)
      await becomes(() => heading.innerText(), name, 'the link leads to the same in the same language')

      await page.locator('dd a[href^="/countries/tha"]').last().click()
      await becomes(() => heading.innerText(), String(texts['country.THA']))
      for (const row of await page.locator('.facilities th a').allInnerTexts()) assert.match(row, letters, 'the briefing is in the language')
      assert.ok(await fitsWidth(page))
    }, { size: PHONE })
  })
}

onEachStore((story) => {
  story('31 · How much is in each language stands in the statistics', '/?view=statistics&lang=th', async (page, base) => {
    await page.locator('.coverage summary').click()
    const row = page.locator('.coverage tbody tr', { hasText: 'ລາວ' })
    await row.waitFor()
    const { facilities, languages } = await getJSON(`${base}/languages`)
    const { names } = languages.find((/** @type {any} */ l) => l.lang === 'lo')
    await becomes(async () => (await row.locator('td').allInnerTexts()).slice(0, 4).map(Number),
      [names.source, names.person, names.machine, facilities - names.source - names.person - names.machine])
  })
})
