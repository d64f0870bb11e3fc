// Who works with whom: from a record to those who take part in it, to their country, and to
// what they do together, on a phone and without scripts.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fitsWidth } from './atlas.mjs'
import { PHONE } from './browser.mjs'
import { root } from './server.mjs'
import { onEachStore } from './stories.mjs'

onEachStore((story) => {
  for (const [lang, academy, country] of [['th', 'Chinese Academy of Sciences', 'ไทย'], ['zh', '中国科学院', '泰国']]) {
    const { scripts, pages } = JSON.parse(readFileSync(join(root, `texts/${lang}.json`), 'utf8'))
    story(`33 · From a record to who takes part, to Thailand's part and to the source of a project: ${lang}`, `/facilities/cas-icc-bangkok?lang=${lang}`, async (page) => {
      const heading = page.locator('h1')
      assert.deepEqual((await page.locator('.tags a[href^="/countries/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))).sort(),
        [`/countries/chn?lang=${lang}`, `/countries/tha?lang=${lang}`])
      await page.locator('dd a[href^="/institutions/chinese-academy-of-sciences"]').first().click()
      assert.ok((await page.locator('.record-head').innerText()).includes(academy))
      assert.ok(await page.locator('.drawing .line.host').count(), 'a line to the centre in Bangkok')
      assert.ok(await fitsWidth(page))

      await page.locator('table a[href^="/countries/tha"]').first().click()
      assert.equal(await heading.innerText(), country)
      assert.equal(await page.locator('#facilities small').innerText(), '22')
      assert.equal(await page.locator('#taking small').innerText(), '27')
      assert.equal(await page.locator('table.facilities:not(.taking) tbody tr').count(), 22)
      assert.equal(await page.locator('table.taking tbody tr').count(), 5)
      assert.ok(await fitsWidth(page))

      const project = page.locator('.timeline a[href^="/projects/forum-technology-transfer-2020"]')
      const name = await project.innerText()
      await project.click()
      assert.equal(await heading.innerText(), name)
      const source = page.locator('.sources a')
      assert.match(await source.getAttribute('href') ?? '', /^https?:\/\//)
      assert.equal(await source.getAttribute('rel'), 'nofollow noopener')
      assert.ok(await fitsWidth(page))

      await page.locator('.crumbs a[href^="/projects"]').click()
      assert.equal(await heading.innerText(), { ...scripts, ...pages }['projects.title'])
      await page.locator('select[name=takes_part]').selectOption('SGP')
      await page.locator('.narrow button').click()
      await page.waitForURL(/takes_part=SGP/)
      assert.equal(await page.locator('.timeline li').count(), 1)
      assert.ok(await fitsWidth(page))
    }, { size: PHONE, scripts: false })
  }
})
