// Who works with whom: the filters "Takes part" and "Institution", lines on the map, the
// card and the statistics.

import assert from 'node:assert/strict'
import { landIsDrawn, matched, summary, summaryTells } from './atlas.mjs'
import { becomes, PHONE, until } from './browser.mjs'
import { getJSON } from './server.mjs'
import { onEachStore, onMemory } from './stories.mjs'

onEachStore((story) => {
  story('40 · Who takes part is more than who stands there; both are in the address, and told apart in the chips', '/', async (page, base) => {
    const facet = page.locator('[data-dimension=takes_part]')
    await facet.locator('summary').click()
    await facet.getByRole('checkbox', { name: /^Singapore/ }).click()
    const all = await matched(base, 'takes_part=SGP')
    assert.ok(all > 4 * await matched(base, 'country=SGP'))
    await summaryTells(page, all)
    await page.locator('#chips').getByText('Singapore takes part', { exact: true }).waitFor()
    assert.match(page.url(), /[?&]takes_part=SGP\b/)
    await facet.getByRole('searchbox').fill('vietn')
    await becomes(() => facet.locator('.option:visible .name').allInnerTexts(), ['Vietnam'], 'countries that are searched for')
    await page.getByRole('button', { name: 'Remove the filter Takes part: Singapore' }).click()
    await summaryTells(page, await matched(base, ''))
  })

  story('40 · An institution that the facet does not list is found by another name of it', '/?lang=en', async (page, base) => {
    const facet = page.locator('[data-dimension=institution]')
    await facet.locator('summary').click()
    const slug = 'nus-environmental-research-institute'
    const box = facet.locator(`input[value="${slug}"]`)
    await facet.getByRole('searchbox').waitFor()
    assert.equal(await box.count(), 0)
    await facet.getByRole('searchbox').fill('NUS Environmental')
    await box.click()
    const chosen = `institution=${slug}`
    await summaryTells(page, await matched(base, chosen))
    assert.ok(page.url().includes(chosen))
    await facet.getByRole('searchbox').fill('') // it stays, as one of the facet
    await until(() => box.isChecked(), 'what is chosen is in the facet')
    await box.click()
    await summaryTells(page, await matched(base, ''))
    await facet.getByRole('searchbox').fill('zzzz')
    await becomes(() => facet.locator('.hint').innerText(), 'Nothing found')
  })
})

onEachStore((story) => {
  story('42 · The card links host and partners to their pages, keeps what the source states, and names the projects', '/?lang=zh&selected=cas-icc-bangkok', async (page) => {
    const cas = page.locator('#card .facts a[href^="/institutions/chinese-academy-of-sciences?"]')
    await becomes(() => cas.allInnerTexts(), ['中国科学院', '中国科学院'], 'as host and as partner')
    await page.locator('#card .facts .as-stated', { hasText: 'Chinese Academy of Sciences' }).first().waitFor()
    await becomes(() => page.locator('#card .facts .tags').last().locator('li').allInnerTexts(), ['中国', '泰国'], 'who takes part')
    await page.locator('#card .card-projects a[href^="/projects/"]').first().waitFor()
  })

  story('42 · In the statistics a cell of countries leads to its facilities, and institutions and projects to their pages', '/?view=statistics', async (page, base) => {
    const cell = page.getByRole('button', { name: / facilities in China with an institution of Singapore$/ })
    await cell.waitFor()
    await page.locator('#statistics-view .own-bars a[href^="/institutions/national-university-of-singapore?"]').waitFor()
    const all = page.locator('#statistics-view .timeline a')
    await becomes(() => all.count(), (await getJSON(`${base}/collections/projects/items?limit=1`)).numberMatched, 'projects')
    await page.locator('[data-dimension=country] input[value=THA]').click()
    await becomes(() => all.count(), (await getJSON(`${base}/collections/projects/items?limit=1&country=THA`)).numberMatched, 'projects of Thailand')
    await page.locator('[data-dimension=country] input[value=THA]').click()
    await cell.click()
    await summaryTells(page, await matched(base, 'takes_part=SGP&country=CHN'))
    assert.match(page.url(), /country=CHN&takes_part=SGP/)
  })
})

/** What is drawn below the marks. @param {import('playwright-core').Page} page */
const drawn = (page) => page.evaluate(() => /** @type {HTMLCanvasElement} */ (document.querySelector('canvas.basemap')).toDataURL())

onMemory((story) => {
  story('41 · Partnerships are hidden at first; the switch draws them, and the address and the frame keep that', '/?institution=chinese-academy-of-sciences#4/25/105', async (page, base) => {
    const legend = page.locator('#line-legend')
    assert.equal(await legend.locator('li').count(), 0)
    await until(() => page.evaluate(landIsDrawn), 'the land is drawn')
    await page.getByRole('checkbox', { name: 'Show partnerships' }).check()
    await becomes(() => legend.locator('li').allInnerTexts(), ['From the host to the facility', 'From a partner to the facility'])
    assert.match(page.url(), /[?&]layer=partnerships\b/)
    const with_ = await drawn(page)
    await page.getByRole('checkbox', { name: 'Show partnerships' }).uncheck()
    await becomes(() => legend.locator('li').count(), 0)
    await until(async () => (await drawn(page)) !== with_, 'the lines are gone')
    await page.goBack()
    await becomes(() => legend.locator('li').count(), 2)
    await page.goto(`${base}/embed?institution=chinese-academy-of-sciences&layer=partnerships`)
    await becomes(() => page.locator('#line-legend svg').evaluateAll((all) => new Set(all.map((line) => getComputedStyle(line).stroke)).size), 2, 'roles with a colour each')
  }, { failing: /readback/ })

  story('41 · Of an open record its own lines alone are drawn', '/?layer=partnerships&selected=cas-seabri#5/29/107', async (page) => {
    const legend = page.locator('#line-legend')
    await becomes(() => legend.getAttribute('aria-label'), 'Role')
    await page.locator('#card .close').click()
    await becomes(() => legend.getAttribute('aria-label'), 'Facilities between two countries')
  })

  story('40 · On a phone, in Thai', '/?lang=th&takes_part=SGP&country=CHN', async (page, base) => {
    await becomes(async () => (await summary(page)).includes(String(await matched(base, 'takes_part=SGP&country=CHN'))), true)
    await becomes(async () => (await page.locator('#chips').textContent())?.includes('สิงคโปร์เข้าร่วม'), true)
  }, { size: PHONE })
})
