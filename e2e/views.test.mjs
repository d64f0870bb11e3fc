// The statistics and the table, in the place of the map.

import assert from 'node:assert/strict'
import { agrees, apiSlugs, becomesRows, choose, matched, slugs } from './atlas.mjs'
import { becomes, until } from './browser.mjs'
import { getJSON } from './server.mjs'
import { onEachStore, onMemory } from './stories.mjs'

/** @typedef {{value: string|null, label: string, count: number}} Line */

onEachStore((story) => {
  story('18 · Statistics: the totals are those of the API, and a cell leads to its facilities on the map', '/?view=statistics', async (page, base) => {
    const matrix = await getJSON(`${base}/collections/facilities/matrix`)
    const table = page.locator('#statistics-view [data-columns=sector]')
    const rows = /** @type {Line[]} */ (matrix.rows).filter((r) => r.count > 0)
    const columns = /** @type {Line[]} */ (matrix.columns).filter((c) => c.count > 0)
    const totals = [...rows, ...columns].map(({ label, count }) => `${label}: ${count} ${count === 1 ? 'facility' : 'facilities'}`)
    await becomes(() => table.locator('.total button').evaluateAll((all) => all.map((b) => b.getAttribute('aria-label')).sort()), totals.sort(), 'totals of rows and columns')
    await becomes(() => totalOf(page), await matched(base, ''), 'the total of all')
    for (const { value, count } of rows) assert.equal(count, await matched(base, `country=${value ?? 'none'}`), `total of ${value}`)

    const [i, j] = [matrix.rows.findIndex((/** @type {Line} */ r) => r.value === 'THA'), matrix.columns.findIndex((/** @type {Line} */ c) => c.value === 'new-energy')]
    const n = matrix.counts[i][j]
    await table.getByRole('button', { name: new RegExp(`^Thailand, New energy: ${n} facilit`) }).click()
    await until(() => page.locator('#map').isVisible(), 'the map shows')
    assert.equal(await agrees(page, base, 'country=THA&sector=new-energy'), n)
    assert.doesNotMatch(page.url(), /view=statistics/)
  })

  story('18 · The table lists all matches, and its heads sort', '/?country=THA', async (page, base) => {
    await page.locator('#view-list').click()
    await becomesRows(page, '#table-view tbody tr', await matched(base, 'country=THA'))
    await page.locator('#table-view thead').getByRole('button', { name: /^Name/ }).click()
    const first = async () => (await page.locator('#table-view tbody tr').first().innerText()).split(/[\t\n]/)[0]
    const sorted = async (/** @type {string} */ sortby) =>
      (await getJSON(`${base}/collections/facilities/items?country=THA&limit=1&sortby=${sortby}`)).features[0].properties.name
    await until(async () => /sortby=-?label/.test(page.url()), 'the order is in the address')
    await until(async () => (await first()).includes(await sorted(new URL(page.url()).searchParams.get('sortby') ?? '')), 'the first row is the API\'s first')
  })
})

onMemory((story) => {
  story('18 · Statistics respect the filters', '/?view=statistics&kind=joint-laboratory', async (page, base) => {
    await becomes(() => totalOf(page), await matched(base, 'kind=joint-laboratory'))
    await choose(page, 'country', 'THA')
    await becomes(() => totalOf(page), await matched(base, 'kind=joint-laboratory&country=THA'))
  })

  story('18 · A row of the table opens its card', '/?country=THA&view=list', async (page, base) => {
    await page.locator('#table-view tbody a').first().click()
    await until(() => page.locator('#card h2').isVisible(), 'the card opens')
    await page.keyboard.press('Escape')
    await until(() => page.locator('#card').isHidden(), 'Escape closes it')
    await until(() => page.evaluate(() => document.activeElement?.closest('#table-view') !== null), 'the focus is in the table again')
    await page.locator('#view-map').click()
    await agrees(page, base, 'country=THA')
    await page.locator('#unplaced summary').click()
    await page.getByLabel('List follows the map').click()
    await becomes(() => slugs(page), await apiSlugs(base, 'country=THA'), 'the list beside the map holds the same')
  })
})

/** The one total that is no button. @param {import('playwright-core').Page} page */
const totalOf = async (page) => Number(await page.locator('#statistics-view [data-columns=sector] tfoot td:not(:has(button))').innerText())
