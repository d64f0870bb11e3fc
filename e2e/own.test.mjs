// The standard fields that few records state, and fields of one's own: what a data set
// adds is on the card and the page of a record, in the table, and filters.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { agrees, becomesRows, choose, fitsWidth, matched, ready, summaryTells } from './atlas.mjs'
import { clean } from './axe.mjs'
import { becomes, PHONE, until } from './browser.mjs'
import { database, folder, memory, newDatabase } from './server.mjs'
import { storyOn } from './stories.mjs'

/** @typedef {import('playwright-core').Page} Page */

const OWNERS = ['state', 'private, foreign', 'university']
const FURTHER = Array.from({ length: 14 }, (_, i) => `measure_${i + 1}`)
const HOSTILE = '<img src=x onerror=alert(1)>'
const register = join(folder, 'own')
mkdirSync(register)
writeFileSync(join(register, 'datapackage.json'), JSON.stringify({ resources: [{ path: 'facilities.csv', schema: { fields: [
  { name: 'owner', title: { en: 'Owner', zh: '业主', th: 'เจ้าของ' }, facet: true },
  { name: 'beds', type: 'integer', title: { en: 'Beds', zh: '床位', th: 'เตียง' }, description: 'As of the last count', facet: true },
  { name: 'open_day', type: 'boolean', title: { en: 'Open to visitors', zh: '对外开放', th: 'เปิดให้เข้าชม' } },
  { name: 'budget', type: 'number', title: { en: 'Budget', zh: '预算', th: 'งบประมาณ' } },
  { name: 'inspected', type: 'date', title: { en: 'Inspected', zh: '检查日期', th: 'ตรวจสอบ' } },
  { name: 'photo', type: 'string', format: 'uri', title: { en: 'Photo' } },
] } }] }))
writeFileSync(join(register, 'facilities.csv'), [
  'slug,kind,name,country,city,lon,lat,location_precision,sectors,source_title,source_url,website,address,identifiers,area_ha,former_names,closed,successor,checked'
    + `,owner,beds,open_day,budget,inspected,photo,history,telephone,${FURTHER}`,
  'rice-lab,joint-laboratory,Rice laboratory,THA,Bangkok,100.5,13.7,site,new-energy,Register,https://example.org/,https://rice.example/,'
    + '1 Rice Road,ror:03yrm5c26;mine:7,12345.5,Paddy House,2020,fish-farm,2025-03-01'
    + `,"private, foreign",12500,true,-1234567.25,2021-09-01,https://example.org/photo,"${'A long story. '.repeat(60)}",+66 2 345 6789,${FURTHER.map((_, i) => i)}`,
  'fish-farm,agricultural-park,Fish farm,VNM,Hue,107.6,16.4,site,new-energy,Register,https://example.org/,,,javascript:alert(2),,,,gone,'
    + `,state,9,false,,,,${HOSTILE},+66 2 345 6780,${FURTHER.map(() => '')}`,
  ...Array.from({ length: 10 }, (_, i) =>
    `other-${i},joint-laboratory,Laboratory ${i},LAO,Vientiane,102.6,17.9,site,new-energy,Register,https://example.org/,,,,,,,,`
      + `,${OWNERS[i % 2 * 2]},${100 + i},,,,,,,${FURTHER.map(() => '')}`),
].join('\n'))

const story = storyOn(['--data', register])
const imported = database ? newDatabase('own', register) : null
after(() => imported?.drop())

/** The same data out of files and out of a database. @param {(story: import('./stories.mjs').Story) => void} declare */
function onBoth(declare) {
  describe(`on ${memory.name}`, () => declare(story))
  if (imported) describe('on database', () => declare(storyOn(['--database-url', imported.url, '--reads', 'database'])))
}

const card = (/** @type {Page} */ page) => page.locator('#card')
/** The facts of a record by their headings. @param {Page} page @param {string} within @returns {Promise<Record<string, string>>} */
const facts = (page, within) => page.locator(`${within} dt`).evaluateAll((all) =>
  Object.fromEntries(all.map((dt) => [/** @type {HTMLElement} */ (dt).innerText.split('\n')[0], /** @type {HTMLElement} */ (dt.nextElementSibling).innerText])))

story('38 · The card has the standard fields that few records state, with links to registers and to the successor', '/?selected=rice-lab', async (page) => {
  await card(page).locator('.facts').first().waitFor()
  const said = await facts(page, '#card')
  assert.deepEqual([said.Website, said.Address, said['Area (hectares)'], said['Former names'], said.Closed, said['Last checked'], said.Status],
    ['https://rice.example/', '1 Rice Road', '12,345.5 ha', 'Paddy House', '2020', 'March 1, 2025', 'Closed'])
  const site = card(page).getByRole('link', { name: 'https://rice.example/' })
  assert.deepEqual([await site.getAttribute('href'), await site.getAttribute('rel')], ['https://rice.example/', 'nofollow noopener noreferrer'])
  assert.equal(await card(page).getByRole('link', { name: 'ror:03yrm5c26' }).getAttribute('href'), 'https://ror.org/03yrm5c26')
  await card(page).getByRole('link', { name: 'Fish farm' }).click()
  await becomes(() => card(page).locator('h2').innerText(), 'Fish farm')
  assert.match(page.url(), /selected=fish-farm/)
  await until(() => card(page).locator('.facts a').count().then((n) => n === 0), 'what is no address, and whom nobody knows, is a text')
  assert.equal((await facts(page, '#card')).Successor, 'gone')
  assert.equal((await facts(page, '#card')).Identifiers, 'javascript:alert(2)')
  await page.keyboard.press('Escape')
  await until(() => card(page).isHidden(), 'the card goes')
}, { failing: /404/ })

onBoth((story) => {
  story('38 · The card has own fields, in their types; many stand behind a press, and what is private nowhere', '/?selected=rice-lab', async (page, base) => {
    await card(page).locator('.own').first().waitFor()
    const said = await facts(page, '#card .own')
    assert.deepEqual([said.Owner, said.Beds, said['Open to visitors'], said.Budget, said.Inspected, said.Photo],
      ['private, foreign', '12,500', 'Yes', '-1,234,567.25', 'September 1, 2021', 'https://example.org/photo'])
    assert.match(said.history, /^A long story\..*…$/s)
    await card(page).locator('dd summary').click()
    assert.equal((await facts(page, '#card .own')).history.replace(/\s+/g, ' ').length, 'A long story. '.repeat(60).trim().length)
    assert.equal(await page.getByText('measure_14').isVisible(), false)
    await card(page).getByText('Show 9 more').click()
    assert.equal(await page.getByText('measure_14').isVisible(), true)
    await clean(page, 'card with own fields')
    assert.doesNotMatch(await page.content() + await (await fetch(`${base}/facilities/rice-lab`)).text(), /345 6789|telephone/)
  })

  story('38 · An own facet filters: below the others and shut at first, with chips and an address that brings it back', '/', async (page, base) => {
    const facet = page.locator('[data-dimension=owner]')
    assert.deepEqual(await page.locator('.facet').evaluateAll((all) => all.slice(-2).map((f) => [f.getAttribute('data-dimension'),
        /** @type {HTMLDetailsElement} */ (f).open])),
      [['owner', false], ['beds', false]])
    await facet.locator('summary').click()
    await choose(page, 'owner', 'private, foreign')
    assert.equal(await agrees(page, base, 'owner=private%2C%20foreign'), 1)
    await choose(page, 'owner', 'state')
    assert.equal(await agrees(page, base, 'owner=private%2C%20foreign&owner=state'), 7)
    assert.deepEqual(await page.locator('.chip').allInnerTexts().then((all) => all.map((c) => c.replace(/\s*×$/, ''))), ['state', 'private, foreign'])
    await page.reload()
    await ready(page)
    await summaryTells(page, 7)
    await page.locator('.chip', { hasText: 'private, foreign' }).click()
    await summaryTells(page, 6)
    assert.match(page.url(), /\?owner=state(&|#|$)/)
    await page.goBack()
    await summaryTells(page, 7)
    await page.locator('#share').click()
    const csv = await page.locator('#share-dialog a[href*="facilities.csv"]').getAttribute('href')
    assert.equal((await (await fetch(new URL(csv ?? '', base))).text()).trim().split('\n').length, 1 + 7, 'the file has what is chosen')
    await page.locator('#share-dialog .close').click()
    await page.locator('.chip', { hasText: 'state' }).click()
    await page.locator('.chip', { hasText: 'foreign' }).click()
    await summaryTells(page, 12)
    assert.equal(await matched(base, ''), 12)
  })

  story('38 · The table is sorted by a press on an own column, and an address brings the order back', '/?view=list', async (page) => {
    await becomesRows(page, '.facilities tbody tr', 12)
    const first = () => page.locator('.facilities tbody tr').first().innerText()
    const head = page.locator('.facilities thead th', { hasText: 'Beds' })
    await head.locator('button').click()
    await until(async () => (await first()).includes('Fish farm'), 'nine beds come first')
    assert.equal(await head.getAttribute('aria-sort'), 'ascending')
    await head.locator('button').click()
    await until(async () => (await first()).includes('Rice laboratory'), 'the most beds come first')
    assert.match(page.url(), /sortby=-beds/)
    await page.reload()
    await ready(page)
    await until(async () => (await first()).includes('Rice laboratory'), 'the order of the address')
    assert.equal(await head.getAttribute('aria-sort'), 'descending')
  })

  story('38 · Statistics count own fields: a press on a value leads to its records on the map', '/?view=statistics', async (page) => {
    const part = (/** @type {string} */ title) => page.locator('.statistics section', { has: page.locator('h3', { hasText: title }) })
    await part('Owner').waitFor()
    const bars = async (/** @type {string} */ title) => (await part(title).locator('li button').allTextContents()).map((s) => s.trim())
    assert.deepEqual(await bars('Owner'), ['state6', 'university5', 'private, foreign1'])
    assert.deepEqual([(await bars('Beds'))[0], (await bars('Beds')).at(-1)], ['91', '125001'], 'numbers stand in the order of numbers')
    assert.equal(await page.locator('.statistics h3', { hasText: 'Budget' }).count(), 0)
    await clean(page, 'statistics of own fields')
    await part('Owner').getByRole('button', { name: /university/ }).click()
    await summaryTells(page, 5)
    assert.match(page.url(), /\?owner=university(&|#|$)/)
  })
})

story('38 · Without scripts own facets filter in the form, and the page of a record has all', '/', async (page, base) => {
  await page.locator('.facet summary', { hasText: 'Owner' }).click()
  await page.locator('input[name=owner][value="private, foreign"]').check()
  await page.locator('button[type=submit]').click()
  await becomesRows(page, '#list .row', 1)
  assert.match(await page.locator('.chip').innerText(), /private, foreign/)
  await page.locator('#list .row').click()
  const said = await facts(page, 'main')
  assert.deepEqual([said.Owner, said.Beds, said['Open to visitors'], said.Successor, said['Last checked']], ['private, foreign', '12,500', 'Yes', 'Fish farm', '2025-03-01'])
  await page.goto(`${base}/facilities/fish-farm`)
  assert.equal(await page.locator('main a[href^=javascript], img').count(), 0)
  assert.equal((await facts(page, 'main')).history, HOSTILE)
}, { scripts: false })

story('38 · What came into a database in another way is a text on the card', '/', async (page) => {
  page.on('dialog', () => assert.fail('a script of a record ran'))
  const script = 'javascript:alert(1)'
  await page.route(/items\/rice-lab/, async (route) => {
    const response = await route.fetch()
    const feature = await response.json()
    Object.assign(feature.properties, { website: script, photo: script, owner: HOSTILE,
      history: HOSTILE.repeat(20), identifiers: [script, 'constructor:x'], former_names: [HOSTILE] })
    await route.fulfill({ response, json: feature })
  })
  await page.locator('#list .row', { hasText: 'Rice' }).click()
  await card(page).locator('.own').first().waitFor()
  const said = await facts(page, '#card')
  assert.deepEqual([said.Website, said.Photo, said.Owner, said.Identifiers, said['Former names']], [script, script, HOSTILE, `${script}\nconstructor:x`, HOSTILE])
  assert.equal(await page.locator('#card .facts a[href^=javascript], img').count(), 0)
})

for (const [lang, owner, yes, beds] of [['zh', '业主', '是', '床位'], ['th', 'เจ้าของ', 'ใช่', 'เตียง']]) {
  story(`38 · The card, the panel and the table speak ${lang}`, `/?lang=${lang}&selected=rice-lab`, async (page) => {
    await card(page).locator('.own').first().waitFor()
    const said = await facts(page, '#card .own')
    assert.deepEqual([said[owner], said[beds], Object.values(said)[2]], ['private, foreign', '12,500', yes])
    assert.deepEqual((await page.locator('.facet summary span:first-child').allInnerTexts()).slice(-2), [owner, beds])
    await page.locator('#view-list').click()
    await becomesRows(page, '.facilities tbody tr', 12)
    assert.deepEqual((await page.locator('.facilities thead th').allInnerTexts()).slice(-2), [owner, beds])
  })
}

story('38 · Words that fit nothing: the own filter can be left out', '/?owner=state&q=Rice', async (page) => {
  await page.getByRole('button', { name: /^without Owner/ }).click()
  await summaryTells(page, 1)
})

story('38 · On a phone, and on paper', '/?selected=rice-lab', async (page, base) => {
  await card(page).locator('.own').first().waitFor()
  assert.ok(await fitsWidth(page), 'the card')
  await page.goto(`${base}/facilities/rice-lab`)
  assert.ok(await fitsWidth(page), 'the page of the record')
  await clean(page, 'page of a record with own fields')
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByText('measure_14').isVisible(), true)
}, { size: PHONE })

story('38 · The frame keeps an own filter, and hands it on', '/embed?owner=private,%20foreign', async (page) => {
  await until(async () => (await page.locator('.mark').count()) === 1, 'one mark')
  assert.match(await page.locator('#full').getAttribute('href') ?? '', /owner=private/)
}, { early: true })
