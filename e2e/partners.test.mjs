// Who works with whom: the filters "Takes part" and "Institution".

import assert from 'node:assert/strict'
import { matched, summary, summaryTells } from './atlas.mjs'
import { becomes, PHONE, until } from './browser.mjs'
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

onMemory((story) => {
  story('40 · On a phone, in Thai', '/?lang=th&takes_part=SGP&country=CHN', async (page, base) => {
    await becomes(async () => (await summary(page)).includes(String(await matched(base, 'takes_part=SGP&country=CHN'))), true)
    await becomes(async () => (await page.locator('#chips').textContent())?.includes('สิงคโปร์เข้าร่วม'), true)
  }, { size: PHONE })
})
