// The address holds what the page shows.

import assert from 'node:assert/strict'
import { agrees, choose, marksOf, openFirst, ready } from './atlas.mjs'
import { becomes, until, visit } from './browser.mjs'
import { browser, onMemory } from './stories.mjs'

onMemory((story) => {
  story('6 · Reload, back and forward restore filters, view and card', '/', async (page, base) => {
    await choose(page, 'country', 'THA')
    await agrees(page, base, 'country=THA')
    await openFirst(page)
    const title = await page.locator('#card h2').innerText()
    await page.reload()
    await ready(page)
    await becomes(() => page.locator('#card h2').innerText(), title)
    await agrees(page, base, 'country=THA')
    await page.goBack()
    await until(() => page.locator('#card').isHidden(), 'back closes the card')
    await page.goBack()
    await agrees(page, base, '')
    await page.goForward()
    await agrees(page, base, 'country=THA')
    await until(() => page.locator('input[name=country][value=THA]').isChecked(), 'forward ticks Thailand')
  })

  story('6 · What others added to the address is passed over, and is in no link of the page', '/?utm_source=letter&country=THA&fbclid=x&spm=1.2', async (page, base) => {
    await agrees(page, base, 'country=THA')
    assert.equal(await page.locator('.notice').count(), 0)
    await page.locator('#share').click()
    const told = [page.url(),
      await page.locator('#share-dialog input, #share-dialog textarea').evaluateAll((all) => all.map((e) => /** @type {HTMLInputElement} */ (e).value).join()),
      await page.content()]
    for (const text of told) assert.doesNotMatch(text, /utm_|fbclid|spm=/)
  })

  story('6 · Back leads from the statistics to the list and to the map', '/?country=THA', async (page, base) => {
    await page.locator('#view-list').click()
    await until(() => page.locator('#table-view table').isVisible(), 'the table shows')
    await page.locator('#view-statistics').click()
    await until(() => page.locator('#statistics-view table').first().isVisible(), 'the statistics show')
    await page.reload()
    await ready(page)
    await until(() => page.locator('#statistics-view table').first().isVisible(), 'the statistics show after a reload')
    await page.goBack()
    await until(() => page.locator('#table-view table').isVisible(), 'back shows the table')
    await page.goBack()
    await until(() => page.locator('#map').isVisible(), 'back shows the map')
    await agrees(page, base, 'country=THA')
  })

  story('7 · A link shows the same picture and numbers in another profile', '/?country=CHN&sector=new-energy', async (page, base) => {
    await agrees(page, base, 'country=CHN&sector=new-energy')
    const picture = await marksOf(page)
    await visit(await browser(), page.url(), {}, async (other) => {
      await agrees(other, base, 'country=CHN&sector=new-energy')
      await becomes(() => marksOf(other), picture)
    })
  })
})
