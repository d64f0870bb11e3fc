// What the parts that come late do where something changes, fails or is missing
// meanwhile; and the pages that have few scripts or lose them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agrees, becomesRows, choose, drawn, marksTotal, matched, openFirst, ready, summary, summaryTells } from './atlas.mjs'
import { becomes, profile, until, visit } from './browser.mjs'
import { browser, onMemory, served, TIMEOUT } from './stories.mjs'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./browser.mjs').Options} Options */

const AWAY = /Failed to load resource/
const FRAME = { width: 600, height: 400 }
const VIEWS = /** @type {const} */ ([['list', '#table-view', '#table-view tbody tr'], ['statistics', '#statistics-view', '#statistics-view [data-columns=sector]']])

onMemory((story) => {
  story('18 · A cell of the statistics that is pressed before the answer to another choice keeps that choice', '/?view=statistics', async (page) => {
    await page.locator('#statistics-view [data-columns=sector]').waitFor()
    const release = await hold(page, '**/collections/**')
    await choose(page, 'kind', 'joint-laboratory')
    await page.locator('#statistics-view [data-columns=sector]').getByRole('button', { name: /^Thailand: / }).click()
    await becomes(() => chosenIn(page), { country: 'THA', kind: 'joint-laboratory' })
    release()
  })

  story('10 · A hint that is pressed before the answer to another choice keeps that choice', '/?country=SGP&sector=marine-and-fisheries', async (page) => {
    const hint = page.locator('#message').getByRole('button', { name: /^without Sector/ })
    await hint.waitFor()
    const release = await hold(page, '**/collections/**')
    await choose(page, 'kind', 'joint-laboratory')
    await hint.click()
    await becomes(() => chosenIn(page), { country: 'SGP', kind: 'joint-laboratory' })
    release()
  })

  story('6 · Chips that are pressed before the answers take away what they name, and nothing else', '/?country=THA,LAO,VNM', async (page) => {
    const release = await hold(page, '**/collections/**')
    await choose(page, 'kind', 'joint-laboratory')
    for (const name of ['Thailand', 'Laos']) await page.locator('#chips').getByRole('button', { name: new RegExp(name) }).click()
    await becomes(() => chosenIn(page), { country: 'VNM', kind: 'joint-laboratory' })
    release()
  })

  story('4 · A year that is new in the data is one to choose, and the filters go on', '/', async (page, base) => {
    await page.route(/\/facets(\?|$)/, async (route) => {
      const response = await route.fetch()
      const answer = await response.json()
      answer.facets.established.buckets.splice(-1, 0, { value: '2031', count: 0, label: '2031' })
      await route.fulfill({ response, json: answer })
    })
    await choose(page, 'country', 'THA')
    await summaryTells(page, await matched(base, 'country=THA'))
    assert.equal(await page.locator('[data-dimension=established] select').first().locator('option[value="2031"]').count(), 1)
  })

  story('18 · More rows that do not come take nothing away, and can be asked for again', '/?follow=0', async (page) => {
    const before = await page.locator('#list .row').count()
    await page.route('**/items?**', away)
    await page.locator('#more').focus()
    await page.keyboard.press('Enter')
    await page.locator('#message').getByRole('button', { name: 'Try again' }).waitFor()
    assert.equal(await page.locator('#list .row').count(), before)
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'more')
    await page.unroute('**/items?**')
    await page.keyboard.press('Enter')
    await until(async () => (await page.locator('#list .row').count()) > before, 'they come')
  }, { failing: AWAY })

  for (const gone of ['card', 'views']) {
    story(`30 · The script ${gone}.js is gone with its version: trying again loads the page anew, as its address says`, '/?country=THA', async (page, base) => {
      const deployed = async (/** @type {import('playwright-core').Route} */ route) => {
        const own = route.request().resourceType() === 'script' && route.request().url().endsWith('main.js')
        await (own ? route.continue() : route.fulfill({ status: 404 }))
      }
      await page.route(new RegExp(`/(${gone}|main).js$`), deployed)
      await page.evaluate(() => Object.assign(window, { old: true }))
      await page.locator(gone === 'card' ? '#list .row' : '#view-list').first().click()
      await page.getByRole('button', { name: 'Try again' }).click()
      await until(() => page.evaluate(() => !('old' in window)).catch(() => false), 'another page is here')
      await page.unroute(new RegExp(`/(${gone}|main).js$`))
      await ready(page)
      await agrees(page, base, 'country=THA')
    }, { failing: AWAY })
  }

  story('15 · Where a step back takes away what has the focus, the view that comes has it', '/?view=list', async (page) => {
    await becomesRows(page, '#table-view tbody tr', 50)
    await page.locator('#view-map').click()
    await page.locator('#list .row').first().focus()
    await page.goBack()
    await becomes(() => page.evaluate(() => document.activeElement?.id), 'table-view')
  })

  story('24 · On paper the rows are counted, and it says where the list goes on', '/?follow=0', async (page, base) => {
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('#list .rows > li').first().evaluate((li) => getComputedStyle(li).contentVisibility), 'visible', 'or each row counts for itself')
    assert.match(await page.locator('#more').evaluate((e) => getComputedStyle(e, '::before').content), new RegExp(`30 of ${await drawn(base, '')} facilities`))
    assert.ok(await page.locator('#more').isVisible())
    await page.evaluate(() => document.getElementById('view-statistics')?.click())
    await becomes(() => page.locator('#more').isVisible(), false, 'the statistics are whole')
  })

  for (const [view, root, content] of VIEWS) {
    opened(`30 · The view ${view} does not come: trying again keeps the focus in it`, { failing: AWAY }, async (page, base) => {
      await page.route(/\/(items|matrix)(\?|$)/, away)
      await page.goto(`${base}/?view=${view}`)
      const again = page.locator(root).getByRole('button', { name: 'Try again' })
      await again.focus()
      await page.unroute(/\/(items|matrix)(\?|$)/)
      await page.keyboard.press('Enter')
      await page.locator(content).first().waitFor()
      assert.ok(await page.locator(root).evaluate((e) => e.contains(document.activeElement)), 'the focus is in the view')
    })

    story(`30 · The view ${view} stays where the next answer does not come, and the page says so`, `/?view=${view}`, async (page, base) => {
      await page.locator(content).first().waitFor()
      await page.route(/\/(items|matrix|facets|clusters)(\?|$)/, away)
      await choose(page, 'country', 'THA')
      await page.locator('#message').getByRole('button', { name: 'Try again' }).waitFor()
      assert.ok(await page.locator(content).first().isVisible(), 'what was there')
      await page.unroute(/\/(items|matrix|facets|clusters)(\?|$)/)
      await page.locator('#message').getByRole('button', { name: 'Try again' }).click()
      await becomes(() => summary(page).then((text) => Number.parseInt(text, 10)), await matched(base, 'country=THA'))
      await until(() => page.locator('#message').getByRole('button').count().then((n) => n === 0), 'nothing is wrong any more')
    }, { failing: AWAY })

    story(`10 · Where nothing matches, the view ${view} says so and shows no more`, `/?view=${view}&q=zzzz`, async (page) => {
      await becomes(() => page.locator(root).innerText(), 'No facility matches')
      assert.equal(await page.locator(root).getByRole('button').count(), 0)
      await page.locator('#search').fill('')
      await until(() => page.locator(content).first().isVisible(), 'what matches is there again')
    })
  }

  story('18 · The table has the last change where the list can be ordered by it', '/', async (page) => {
    const heads = () => page.locator('.facilities thead th').allInnerTexts().then((all) => all.map((text) => text.trim()))
    const dated = await page.locator('#sort [value="-updated"]:not([hidden])').count() > 0
    await page.locator('#view-list').click()
    await becomes(async () => (await heads()).includes('Last change'), dated)
  })

  story('18 · The table has no column for the last change where the list cannot be ordered by it', '/', async (page) => {
    await page.locator('#sort').evaluate((select) => select.querySelector('[value="-updated"]')?.remove())
    await page.locator('#view-list').click()
    await becomesRows(page, '#table-view tbody tr', 50)
    assert.equal(await page.locator('#table-view th').filter({ hasText: 'Last change' }).count(), 0)
    const [cells, heads] = [page.locator('#table-view tbody tr').first().locator('th, td'), page.locator('.facilities thead th')]
    assert.equal(await cells.count(), await heads.count())
  })

  story('16 · Escape closes the card also after its text was pressed, and the focus is where it was', '/', async (page) => {
    await openFirst(page)
    const slug = await page.locator('#list .row').first().getAttribute('data-slug')
    await page.locator('#card .card-precision').click()
    await page.keyboard.press('Escape')
    await until(() => page.locator('#card').isHidden(), 'the card closes')
    await becomes(() => page.evaluate(() => document.activeElement?.getAttribute('data-slug')), slug)
  })

  story('16 · The link that the card copies is that of the page as it is by then', '/', async (page) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await openFirst(page)
    await choose(page, 'country', 'THA')
    await until(async () => page.url().includes('country=THA'), 'the address has the choice')
    await page.locator('#card').getByRole('button', { name: 'Copy link' }).click()
    await becomes(() => page.evaluate(() => navigator.clipboard.readText()), page.url())
  })

  story('16 · A link to no record says that there is none', '/?selected=..', async (page) => {
    await becomes(() => page.locator('#card h2').innerText(), 'There is no such facility')
  })

  story('19 · After a card that the table opened the focus is on its row, although the rows came anew', '/?view=list&country=THA', async (page) => {
    await page.locator('#table-view tbody a').first().click()
    await page.locator('#card h2').waitFor()
    const slug = new URL(page.url()).searchParams.get('selected')
    await page.locator('.facilities thead').getByRole('button', { name: /^Name/ }).click()
    await until(() => page.locator('.facilities thead [aria-sort=ascending]').filter({ hasText: 'Name' }).isVisible(), 'the rows are in the other order')
    await page.locator('#card .close').click()
    await becomes(() => page.evaluate(() => document.activeElement?.closest('tr')?.dataset.slug), slug)
  })

  story('29 · The dialog to share closes on a step back, and copies the address as it is', '/', async (page) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await choose(page, 'country', 'THA')
    await until(async () => page.url().includes('country=THA'), 'the address has the choice')
    const dialog = page.locator('#share-dialog')
    await page.locator('#share').click()
    await dialog.getByRole('button', { name: 'Copy the link' }).click()
    await becomes(() => page.evaluate(() => navigator.clipboard.readText()), page.url())
    await page.goBack()
    await until(() => dialog.isHidden(), 'it is closed')
    await page.locator('#share').click()
    await becomes(() => dialog.getByRole('textbox', { name: 'Link to this view' }).inputValue(), page.url())
  })

  opened('28 · The embedded map tells what does not come, and trying again brings it', { size: FRAME, failing: AWAY }, async (page, base) => {
    await page.route('**/collections/**', away)
    await page.goto(`${base}/embed`)
    const again = page.locator('#failed').getByRole('button', { name: 'Try again' })
    await again.focus()
    await page.unroute('**/collections/**')
    await page.keyboard.press('Enter')
    await until(async () => await marksTotal(page) > 100, 'the marks are here')
    await becomes(() => page.locator('#legend li').count(), 3)
    await becomes(() => page.locator('#failed').textContent(), '')
    await becomes(() => page.evaluate(() => document.activeElement?.id), 'map')
  })

  opened('28 · The embedded map asks again once it is online', { size: FRAME, failing: AWAY }, async (page, base) => {
    await page.route(/\/facets(\?|$)/, away)
    await page.goto(`${base}/embed`)
    await until(async () => await marksTotal(page) > 100, 'the marks are here')
    await page.locator('#failed').getByRole('button').waitFor()
    await page.unroute(/\/facets(\?|$)/)
    await page.context().setOffline(true)
    await page.context().setOffline(false)
    await becomes(() => page.locator('#legend li').count(), 3)
    await becomes(() => page.locator('#failed').textContent(), '')
  })

  opened('28 · A record that the embedded map could not load is there the next time', { size: FRAME, failing: AWAY }, async (page, base) => {
    await page.goto(`${base}/embed`)
    await page.locator('.mark .single').first().waitFor()
    await page.route('**/items/**', away)
    await page.locator('.mark .single').first().press('Enter')
    await page.locator('#failed').getByRole('button').waitFor()
    await page.unroute('**/items/**')
    await page.locator('.mark .single').first().press('Enter')
    await until(() => page.locator('#panel h2').isVisible(), 'the panel opens')
    assert.equal(await page.locator('#failed').textContent(), '')
  })

  opened('Without a clipboard the button of a page selects the line, and does not say that it copied', {}, async (page, base) => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await page.goto(`${base}/facilities/cattc-nanning`)
    const button = page.locator('button.copy').first()
    await button.click()
    await becomes(() => page.evaluate(() => getSelection()?.toString()), (await page.locator('pre[data-copy]').first().innerText()))
    assert.equal(await button.innerText(), 'Copy link')
  })

  opened('Escape closes the menu of languages of a page', {}, async (page, base) => {
    await page.goto(`${base}/countries/tha`)
    await page.locator('.languages summary').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await until(() => page.locator('.languages ul').isVisible(), 'the menu is open')
    await page.keyboard.press('Escape')
    await until(() => page.locator('.languages ul').isHidden(), 'the menu is closed')
    assert.equal(await page.evaluate(() => document.activeElement?.localName), 'summary')
  })

  for (const [what, files] of [['A script', '**/app/results.js'], ['A vendored script', '**/leaflet.js'], ['The texts', '**/i18n/*.json']]) {
    broken(`30 · ${what} of the page cannot be loaded: it is a list and a form`, files, async (page, base) => {
      await page.goto(`${base}/?country=THA`)
      await until(() => page.getByRole('button', { name: 'Apply filters' }).isVisible(), 'there is a form')
      assert.ok(await page.locator('#map').isHidden(), 'and no map')
      await page.locator('input[name=sector][value=new-energy]').check()
      await page.getByRole('button', { name: 'Apply filters' }).click()
      await until(async () => (await summary(page)).startsWith(`${await matched(base, 'country=THA&sector=new-energy')} `), 'and a list')
    })
  }

  broken('28 · The texts of the embedded map cannot be loaded: it says so in English', '**/i18n/*.json', async (page, base) => {
    await page.goto(`${base}/embed?lang=th`)
    await becomes(() => page.locator('#failed').innerText(), 'The map could not be loaded. Try again')
    await page.unroute('**/i18n/*.json')
    await page.locator('#failed').getByRole('button').click()
    await until(async () => await marksTotal(page) > 100, 'the marks are here')
  })

  opened('30 · A page whose texts take long is a form meanwhile, and a map in the end', { failing: AWAY }, async (page, base) => {
    const release = await hold(page, '**/i18n/*.json')
    await page.clock.install()
    await page.goto(base, { waitUntil: 'load' })
    await page.clock.runFor(16_000)
    await until(() => page.getByRole('button', { name: 'Apply filters' }).isVisible(), 'there is a form')
    await page.clock.resume()
    release()
    await ready(page)
    assert.ok(await page.locator('#map').isVisible())
    await agrees(page, base, '')
  })
})

/** The choices that the address has. @param {Page} page */
async function chosenIn(page) {
  const query = new URL(page.url()).searchParams
  return Object.fromEntries(['country', 'sector', 'kind'].flatMap((name) => (query.has(name) ? [[name, query.get(name)]] : [])))
}

/** @param {import('playwright-core').Route} route */
const away = (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"detail":"The database is away."}' })

/** Keeps answers back. @param {Page} page @param {string} what @returns {Promise<() => void>} lets them go */
async function hold(page, what) {
  /** @type {() => void} */ let go = () => {}
  const gate = new Promise((resolve) => (go = () => resolve(undefined)))
  await page.route(what, async (route) => {
    await gate
    await route.continue().catch(() => {}) // the page has given it up
  })
  return go
}

/**
 * A story that begins before the page is asked for.
 * @param {string} name @param {Options} options @param {(page: Page, base: string) => Promise<void>} tell
 */
function opened(name, options, tell) {
  test(name, { timeout: TIMEOUT }, async () => {
    const base = await served()
    const failing = new RegExp(`404|${options.failing?.source ?? '^$'}`)
    await visit(await browser(), `${base}/assets/none`, { ...options, failing }, (page) => tell(page, base))
  })
}

/**
 * A story of a page that a file does not come to: what is reported then is no matter.
 * @param {string} name @param {string} files @param {(page: Page, base: string) => Promise<void>} tell
 */
function broken(name, files, tell) {
  test(name, { timeout: TIMEOUT }, async () => {
    const base = await served()
    const context = await (await browser()).newContext(profile({}))
    try {
      const page = await context.newPage()
      await page.route(files, (route) => route.abort())
      await tell(page, base)
    } finally {
      await context.close()
    }
  })
}
