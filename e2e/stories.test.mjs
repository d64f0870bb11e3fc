// What people do with the page, told on each store.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { agrees, apiSlugs, choose, drawn, landIsDrawn, marksTotal, matched, slugs, summary } from './atlas.mjs'
import { becomes, launch, PHONE, until, visit } from './browser.mjs'
import { getJSON, start, stores } from './server.mjs'

for (const store of stores) {
  describe(`on ${store.name}`, () => {
    /** @type {import('playwright-core').Browser} */ let browser
    /** @type {Awaited<ReturnType<typeof start>>} */ let server
    before(async () => {
      server = await start(...store.flags)
      browser = await launch()
    })
    after(async () => {
      await browser.close()
      await server.stop()
    })

    /**
     * @param {string} name
     * @param {string} path
     * @param {(page: import('playwright-core').Page, base: string) => Promise<void>} tell
     * @param {import('./browser.mjs').Options} [options]
     */
    function story(name, path, tell, options = {}) {
      test(name, { timeout: 60_000 }, () => visit(browser, server.url + path, options, (page) => tell(page, server.url)))
    }

    story('first visit: the map shows all that has a place', '/', async (page, base) => {
      const all = await agrees(page, base, '')
      assert.equal(all, 158)
      assert.ok(await page.locator('.mark button').count() > 5)
      await until(() => page.evaluate(landIsDrawn), 'the basemap is drawn')
      assert.match(page.url(), /#[\d.]+\/[\d.-]+\/[\d.-]+$/)
    })

    story('Thailand, then a sector: list, marks and counts are those of the API', '/?follow=0', async (page, base) => {
      await until(() => page.locator('#more').isVisible(), 'the list is that of the scripts, and goes on')
      await choose(page, 'country', 'THA')
      assert.equal(await agrees(page, base, 'country=THA'), 22)
      assert.match(page.url(), /country=THA/)
      await page.locator('#unplaced summary').click()
      await becomes(() => slugs(page), await apiSlugs(base, 'country=THA'), 'rows for Thailand')
      await choose(page, 'sector', 'new-energy')
      await agrees(page, base, 'country=THA&sector=new-energy')
      await becomes(() => slugs(page), await apiSlugs(base, 'country=THA&sector=new-energy'), 'rows for Thailand and new energy')
    })

    test('a box that is ticked before the scripts are there counts', { timeout: 60_000 }, () =>
      visit(browser, `${server.url}/livez`, { failing: /404/ }, async (page) => {
        /** @type {() => void} */ let go = () => {}
        const gone = new Promise((resolve) => (go = () => resolve(undefined)))
        await page.route('**/app/main.js', async (route) => { await gone; await route.continue() })
        await page.goto(server.url, { waitUntil: 'commit' })
        await choose(page, 'country', 'THA')
        go()
        await agrees(page, server.url, 'country=THA')
      }))

    story('values of one facet widen, facets narrow each other', '/', async (page, base) => {
      await choose(page, 'country', 'THA')
      await choose(page, 'country', 'VNM')
      await agrees(page, base, 'country=THA,VNM')
      await choose(page, 'sector', 'modern-agriculture')
      await agrees(page, base, 'country=THA,VNM&sector=modern-agriculture')
      await choose(page, 'kind', 'agricultural-park')
      await agrees(page, base, 'country=THA,VNM&sector=modern-agriculture&kind=agricultural-park')
    })

    story('chips take one filter away, Clear all takes all', '/?country=LAO&kind=joint-laboratory#3.5/18/107', async (page, base) => {
      await agrees(page, base, 'country=LAO&kind=joint-laboratory')
      await page.getByRole('button', { name: 'Remove the filter Country: Laos' }).click()
      await agrees(page, base, 'kind=joint-laboratory')
      await page.getByRole('button', { name: 'Clear all' }).click()
      await agrees(page, base, '')
      assert.doesNotMatch(page.url(), /kind|country/)
    })

    story('reload, back and forward restore filters and card', '/', async (page, base) => {
      await choose(page, 'country', 'THA')
      await agrees(page, base, 'country=THA')
      await page.locator('#list .row').first().click()
      const title = await page.locator('#card h2').innerText()
      await page.reload()
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

    story('a link shows the same picture in another profile', '/?country=CHN&sector=new-energy', async (page, base) => {
      await agrees(page, base, 'country=CHN&sector=new-energy')
      const picture = await marksOf(page)
      await visit(browser, page.url(), {}, async (other) => {
        await agrees(other, base, 'country=CHN&sector=new-energy')
        await becomes(() => marksOf(other), picture)
      })
    })

    story('an address with mistakes says so, and works', '/?country=XXX&colour=red&kind=joint-laboratory', async (page, base) => {
      await agrees(page, base, 'kind=joint-laboratory')
      assert.equal(await page.locator('.notice').count(), 2)
      assert.match(await page.locator('.results-head').innerText(), /country=XXX[^]*colour=red|colour=red[^]*country=XXX/)
    })

    story('a filter that only the API has is named', '/?datetime=2015-01-01/..', async (page) => {
      await until(async () => /datetime/.test(await page.locator('.notice').innerText()), 'a notice names it')
    })

    story('the name of a country typed as a search is offered as a filter', '/', async (page, base) => {
      await page.locator('#search').fill('thailand')
      await page.getByRole('button', { name: 'Show all: Thailand' }).click()
      await agrees(page, base, 'country=THA')
      assert.equal(await page.locator('#search').inputValue(), '')
    })

    story('search: Chinese, accents or none, a part of a partner', '/', async (page, base) => {
      for (const words of ['农业', 'hà nội', 'ha noi', 'guangxi academy']) {
        await page.locator('#search').fill(words)
        const n = await matched(base, `q=${encodeURIComponent(words)}`)
        await becomes(async () => (await summary(page)).replace(/ facilit.*$/s, ''), String(n), words)
        assert.ok(n > 0, words)
      }
      assert.equal(await matched(base, 'q=h%C3%A0%20n%E1%BB%99i'), await matched(base, 'q=ha%20noi'))
      await page.locator('#search').fill('rice')
      await page.locator('#search').press('Enter')
      await until(() => page.evaluate(() => document.activeElement === document.querySelector('#list .row')), 'Enter goes to the first result')
      await page.keyboard.press('/')
      await until(() => page.evaluate(() => document.activeElement?.id === 'search'), '/ goes to the search')
    })

    story('no match: the hint names a filter, and dropping it helps', '/?country=VNM&kind=joint-laboratory', async (page, base) => {
      const hint = page.getByRole('button', { name: /without Kind: / })
      const n = Number(/(\d+) facilit/.exec(await hint.innerText())?.[1])
      assert.equal(n, await matched(base, 'country=VNM'))
      await hint.click()
      await becomes(async () => (await summary(page)).startsWith(`${n} `), true)
    })

    story('a cluster opens into its parts, and they add up', '/?country=THA#4.25/17/110', async (page, base) => {
      await agrees(page, base, 'country=THA')
      await page.locator('.mark .cluster[data-count="12"]').click()
      await until(async () => Number(new URL(page.url()).hash.slice(1).split('/')[0]) > 5, 'the map zooms in')
      await until(async () => (await page.locator('.mark button').count()) > 3, 'there are more marks')
      await until(async () => (await marksInView(page)) === (await inView(page)), 'marks in the window add up to the list')
    })

    story('records that stand on one point open as a list of the place', '/?country=CHN#11/22.8167/108.3167', async (page, base) => {
      const stack = page.locator('.mark .cluster').first()
      const n = Number(await stack.getAttribute('data-count'))
      await stack.click()
      await until(() => page.locator('#card .row').count().then((rows) => rows === n), 'a row for each record of the stack')
      await page.locator('#card .row').first().click()
      await until(() => page.locator('#card .facts').isVisible(), 'a row of the place opens its record')
      await page.keyboard.press('Escape')
      await until(() => page.locator('#card .row').count().then((rows) => rows === n), 'closing the record leads back to the place')
      assert.equal(await focused(page), 'a.row')
      assert.ok(await drawn(base, 'country=CHN') >= n)
    })

    story('row, card, map: the mark is ringed beside the card', '/', async (page) => {
      await page.locator('#list .row', { hasText: 'Guangxi paddy' }).click()
      await until(() => page.locator('#card h2').isVisible(), 'the card opens')
      await until(() => page.locator('.ring').isVisible(), 'the ring is drawn')
      await until(() => page.evaluate(() => {
        const ring = document.querySelector('.ring')?.getBoundingClientRect()
        const card = document.querySelector('#card')?.getBoundingClientRect()
        return !!ring && !!card && ring.right < card.left && ring.left > 592
      }), 'the ring is not under the card')
      assert.equal(await page.locator('#list .row[aria-current]').count(), 1)
    })

    story('a mark opens its card, and its row is in sight', '/?country=PHL,VNM', async (page) => {
      await page.locator('.mark .single').first().click()
      await until(() => page.locator('#card h2').isVisible(), 'the card opens')
      await until(() => page.evaluate(() => {
        const row = document.querySelector('#list .row[aria-current]')?.getBoundingClientRect()
        return !!row && row.top >= 0 && row.bottom <= innerHeight
      }), 'the row is in sight')
    })

    story('the list follows the map, or not', '/#7/13.7/100.5', async (page, base) => {
      await until(async () => (await inView(page)) === (await marksInView(page)), 'the list holds what the window shows')
      await page.getByLabel('List follows the map').click()
      await page.locator('#more').click()
      await becomes(async () => (await slugs(page, '#list')).length, 60)
      assert.match(page.url(), /follow=0/)
      assert.equal(await drawn(base, ''), 129)
    })

    story('the card tells precision in words and names every source', '/?selected=cattc-nanning', async (page, base) => {
      const { properties: f } = await getJSON(`${base}/collections/facilities/items/cattc-nanning`)
      const card = page.locator('#card')
      await until(() => card.locator('.sources li').count().then((n) => n === 1 + f.sources.length), 'every source is listed')
      const links = await card.locator('.sources a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
      assert.deepEqual(links, [f.source_url, ...f.sources.map((/** @type {any} */ s) => s.url)])
      assert.match(await card.innerText(), /Town: the sources name the town/)
      assert.match(await card.innerText(), new RegExp(f.sources[0].supports))
    })

    story('a record known to the country only is listed, not drawn', '/?q=Traditional%20Medicine%20Research%20Center&country=THA', async (page, base) => {
      const [slug] = await apiSlugs(base, 'q=Traditional%20Medicine%20Research%20Center&country=THA&precision=country')
      await until(() => page.locator(`#unplaced .row[data-slug="${slug}"]`).isVisible(), 'the group opens where there is nothing else')
      assert.equal(await marksTotal(page), await drawn(base, 'q=Traditional%20Medicine%20Research%20Center&country=THA'))
      await page.locator(`#unplaced .row[data-slug="${slug}"]`).click()
      await until(async () => (await page.locator('#card').innerText()).includes('the sources name the country only'), 'the card says why')
      assert.equal(await page.locator('.ring').count(), 0)
    })

    story('with the keyboard alone: skip link, filter, result, card, back to the row', '/', async (page, base) => {
      await agrees(page, base, '')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      assert.equal(await focused(page), 'a#filters')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Space')
      await agrees(page, base, 'country=CHN')
      await page.locator('#results').focus()
      for (let i = 0; i < 12 && !(await focused(page)).startsWith('a.row'); i++) await page.keyboard.press('Tab')
      const row = await page.evaluate(() => document.activeElement?.getAttribute('data-slug'))
      assert.ok(row, 'a row has the focus')
      await page.keyboard.press('Enter')
      await until(async () => (await focused(page)).startsWith('h2'), 'the card takes the focus')
      await page.keyboard.press('Escape')
      await until(() => page.evaluate((slug) => document.activeElement?.getAttribute('data-slug') === slug, row), 'Escape gives it back to the row')
      assert.ok(await page.locator('#card').isHidden())
    })

    story('marks are one tab stop, and arrows go from mark to mark', '/', async (page, base) => {
      await agrees(page, base, '')
      assert.equal(await page.locator('.mark button[tabindex="0"]').count(), 1)
      await page.locator('.mark button[tabindex="0"]').focus()
      const first = await page.evaluate(() => document.activeElement?.getBoundingClientRect().x ?? 0)
      await page.keyboard.press('ArrowRight')
      const second = await page.evaluate(() => document.activeElement?.getBoundingClientRect().x ?? 0)
      assert.ok(second > first, 'the arrow goes to a mark on the right')
      assert.equal(await page.locator('.mark button[tabindex="0"]').count(), 1)
      const single = page.locator('.mark .single').first()
      await single.focus()
      await page.keyboard.press('Enter')
      await until(async () => (await focused(page)).startsWith('h2'), 'Enter opens the card')
      await page.keyboard.press('Escape')
      await until(async () => (await focused(page)).startsWith('button.single'), 'Escape gives the focus back to the mark')
    })

    story('in Chinese', '/?lang=zh', async (page) => {
      await becomes(() => summary(page), '158 个机构 · 图上 129 个')
      assert.equal(await page.locator('html').getAttribute('lang'), 'zh')
      assert.match(await page.title(), /创新地图/)
      await until(async () => (await page.locator('[data-dimension=country]').innerText()).includes('泰国'), 'countries in Chinese')
      await choose(page, 'country', 'THA')
      await until(async () => (await page.locator('#chips').innerText()).includes('泰国'), 'the chip is in Chinese')
      assert.doesNotMatch(await page.locator('body').innerText(), /\b(facet|list|card|map|summary|filters)\.[a-z_]+/)
      await page.getByRole('link', { name: 'EN', exact: true }).click()
      await until(async () => (await summary(page)).startsWith('22 facilities'), 'the switch keeps the filter')
    })

    story('on a phone: sheet, filters, card, no sideways scroll', '/', async (page, base) => {
      await becomes(() => summary(page), '158 facilities · 129 on the map')
      const narrow = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
      assert.ok(await narrow())
      await page.locator('#open-filters').click()
      await choose(page, 'country', 'THA')
      await becomes(() => page.locator('#show-results').innerText(), 'Show 22 results')
      assert.ok(await narrow())
      await page.locator('#show-results').click()
      await page.locator('#sheet-handle').click()
      await page.locator('#list .row').first().click()
      await until(() => page.locator('#card h2').isVisible(), 'the card opens')
      assert.ok(await narrow())
      await until(() => page.evaluate(() => {
        const ring = document.querySelector('.ring')?.getBoundingClientRect()
        const card = document.querySelector('#card')?.getBoundingClientRect()
        return !!ring && !!card && ring.bottom < card.top
      }), 'the ring is above the card')
      assert.equal(await drawn(base, 'country=THA'), 17)
      const small = await page.locator('button:visible, .languages a:visible').evaluateAll((all) =>
        all.filter((b) => !b.closest('.mark')).map((b) => b.getBoundingClientRect()).filter((r) => r.height < 43.5).length)
      assert.equal(small, 0, 'targets lower than 44 px')
    }, { size: PHONE })

    story('without scripts: a list and a form', '/?country=THA', async (page, base) => {
      const rows = page.locator('#list .row')
      assert.ok(await rows.count() > 10)
      assert.match(await summary(page), /22 facilities/)
      await page.locator('input[name=sector][value=new-energy]').check()
      await page.getByRole('button', { name: 'Apply filters' }).click()
      assert.match(await summary(page), new RegExp(`^${await matched(base, 'country=THA&sector=new-energy')} `))
      await rows.first().click()
      assert.match(page.url(), /\/collections\/facilities\/items\//)
    }, { scripts: false })

    test('the data cannot be loaded: it says so, and trying again helps', { timeout: 60_000 }, () =>
      visit(browser, `${server.url}/assets/none`, { failing: /Failed to load resource/ }, async (page) => {
        await page.route('**/collections/**', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"detail":"The database is away."}' }))
        await page.goto(server.url)
        await until(async () => (await page.locator('#message').innerText()).includes('The database is away.'), 'the reason is told')
        await page.unroute('**/collections/**')
        await page.getByRole('button', { name: 'Try again' }).click()
        await agrees(page, server.url, '')
      }))
  })
}

/** @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
function marksOf(page) {
  return page.locator('.mark').evaluateAll((marks) => marks.map((m) => {
    const { x, y } = m.getBoundingClientRect()
    return `${Math.round(x / 4)} ${Math.round(y / 4)} ${m.querySelector('button')?.getAttribute('aria-label')}`
  }).sort())
}

/** The records of the marks whose place is in the window. @param {import('playwright-core').Page} page @returns {Promise<number>} */
function marksInView(page) {
  return page.evaluate(() => {
    const map = document.querySelector('#map')?.getBoundingClientRect()
    if (!map) return -1
    return [...document.querySelectorAll('.mark button')].reduce((n, b) => {
      const { left, right, top, bottom } = b.getBoundingClientRect()
      const [x, y] = [(left + right) / 2, (top + bottom) / 2]
      const inside = x >= map.left && x <= map.right && y >= map.top && y <= map.bottom
      return n + (inside ? Number(b.getAttribute('data-count')) : 0)
    }, 0)
  })
}

/** @param {import('playwright-core').Page} page */
async function inView(page) {
  return Number(/\d+/.exec(await page.locator('#in-view').innerText())?.[0] ?? -1)
}

/** What has the focus, in short. @param {import('playwright-core').Page} page @returns {Promise<string>} */
function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement
    if (!e) return ''
    if (e.matches('.skip')) return `a${e.getAttribute('href')}`
    return e.localName + (e.classList[0] ? `.${e.classList[0]}` : '')
  })
}
