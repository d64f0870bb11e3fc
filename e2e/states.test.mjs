// What goes wrong, and how the page says it and comes out of it.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { agrees, choose, landIsDrawn, marksTotal, matched, ready, summary, summaryTells } from './atlas.mjs'
import { becomes, until, visit } from './browser.mjs'
import { builtIn, database, folder, newDatabase, root, run, start } from './server.mjs'
import { browser, onEachStore, onMemory, served, storyOn, TIMEOUT } from './stories.mjs'

/** @typedef {import('playwright-core').Page} Page */

onEachStore((story) => {
  story('30 · Without scripts: a list and a form', '/?country=THA', async (page, base) => {
    const rows = page.locator('#list .row')
    assert.ok(await rows.count() > 10)
    assert.match(await summary(page), /22 facilities/)
    await page.locator('input[name=sector][value=new-energy]').check()
    await page.getByRole('button', { name: 'Apply filters' }).click()
    assert.match(await summary(page), new RegExp(`^${await matched(base, 'country=THA&sector=new-energy')} `))
    const slug = await rows.first().getAttribute('data-slug')
    await rows.first().click()
    assert.equal(new URL(page.url()).pathname, `/facilities/${slug}`)
  }, { scripts: false })
})

onMemory((story) => {
  withRoutes('30 · The data cannot be loaded: it says so, and trying again helps', /Failed to load resource/, async (page, base) => {
    await page.route('**/collections/**', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"detail":"The database is away."}' }))
    await page.goto(base)
    await until(async () => (await page.locator('#message').innerText()).includes('The database is away.'), 'the reason is told')
    await until(() => page.evaluate(landIsDrawn), 'the basemap stays')
    await page.unroute('**/collections/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await agrees(page, base, '')
  })

  withRoutes('30 · The server is busy: the page says so quietly, and asks again by itself', /Failed to load resource/, async (page, base) => {
    const refused = new Set()
    let busy = true
    await page.route('**/collections/**', (route) => {
      if (!busy) return route.continue()
      refused.add(route.request().url())
      return route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, contentType: 'application/problem+json', body: '{"detail":"Full."}' })
    })
    await page.goto(base)
    await until(async () => /asking again/.test(await summary(page)), 'a notice tells it')
    assert.ok(!(await page.locator('#message').innerText()).includes('Full.'), 'it is no failure yet')
    busy = false
    await agrees(page, base, '')
    assert.ok(refused.size > 1)
  })

  withRoutes('30 · The data takes five seconds: the basemap and the list of the server are there meanwhile', /^$/, async (page, base) => {
    /** @type {() => void} */ let go = () => {}
    const gate = new Promise((resolve) => (go = () => resolve(undefined)))
    const fiveSeconds = new Promise((resolve) => setTimeout(resolve, 5000))
    await page.route('**/collections/**', async (route) => {
      await gate
      await route.continue().catch(() => {}) // the page has given it up
    })
    await page.goto(base)
    await until(() => page.evaluate(landIsDrawn), 'the basemap is drawn')
    assert.ok(await page.locator('#list .row').count() > 0, 'there is a list')
    await fiveSeconds
    go()
    await ready(page)
    await agrees(page, base, '')
  })

  withRoutes('30 · The file of the basemap is broken: the marks stay', /no basemap|Failed to load resource/, async (page, base) => {
    await page.route('**/basemap/*.bin', (route) => route.fulfill({ status: 200, contentType: 'application/octet-stream', body: 'not a basemap' }))
    await page.goto(base)
    await ready(page)
    await agrees(page, base, '')
    assert.equal(await page.evaluate(landIsDrawn), false)
  })

  story('30 · Offline after loading: it says so with the time, keeps what was loaded, and recovers', '/', async (page, base) => {
    await agrees(page, base, '')
    await page.context().setOffline(true)
    await choose(page, 'country', 'THA')
    await until(async () => /\d\d:\d\d/.test(await page.locator('body').innerText()) && /offline/i.test(await page.locator('body').innerText()),
      'it says that it is offline, and since when')
    assert.ok(await page.locator('.mark').count() > 0, 'the marks stay')
    await page.context().setOffline(false)
    await choose(page, 'country', 'LAO')
    await summaryTells(page, await matched(base, 'country=THA,LAO'))
    await until(async () => !/offline/i.test(await page.locator('body').innerText()), 'nothing says offline any more')
  }, { failing: /Failed to load resource|ERR_INTERNET_DISCONNECTED/ })
})

storyOn(['--tiles-url', 'http://127.0.0.1:9/{z}/{x}/{y}.png', '--tiles-attribution', 'Nobody'])(
  '30 · The tiles of the operator do not come: the built-in map is back, and a notice says so', '/', async (page, base) => {
    await until(() => page.evaluate(landIsDrawn), 'the built-in basemap is drawn')
    await until(async () => (await page.locator('body').innerText()).includes('The map tiles do not load'), 'a notice says it')
    await agrees(page, base, '')
  }, { others: ['http://127.0.0.1:9/'], failing: /Failed to load resource/ })

const away = database || process.env.CI ? false : 'needs a database: scripts/postgis.sh run e2e/run.sh'
test('30 · Data that changes while the page is open is in the next answer', { timeout: TIMEOUT, skip: away }, async () => {
  const own = newDatabase('changes', join(root, 'geo/dataset/builtin'))
  try {
    const server = await start('--database-url', own.url, '--reads', 'database')
    try {
      await visit(await browser(), server.url, {}, async (page) => {
        await ready(page)
        assert.equal(await agrees(page, server.url, ''), builtIn)
        importOneMore(own.url)
        await choose(page, 'country', 'THA')
        assert.equal(await agrees(page, server.url, 'country=THA'), 23)
        await page.locator('#search').fill('opened this morning')
        await summaryTells(page, 1)
        await becomes(() => marksTotal(page), 1)
      })
    } finally {
      await server.stop()
    }
  } finally {
    own.drop()
  }
})

/**
 * A story that begins before the page is asked for, so that it can change what the
 * server answers.
 * @param {string} name @param {RegExp} failing @param {(page: Page, base: string) => Promise<void>} tell
 */
function withRoutes(name, failing, tell) {
  test(name, { timeout: TIMEOUT }, async () => {
    const base = await served()
    await visit(await browser(), `${base}/assets/none`, { failing: new RegExp(`${failing.source}|404`) }, (page) => tell(page, base))
  })
}

/** @param {string} url of the database */
function importOneMore(url) {
  const more = join(folder, 'more')
  mkdirSync(more)
  writeFileSync(join(more, 'facilities.csv'), [
    'slug,kind,name,country,city,lon,lat,location_precision,sectors,source_title,source_url',
    'opened-this-morning,joint-laboratory,Laboratory opened this morning,THA,Chiang Mai,98.98,18.79,city,new-energy,Register,https://example.org/',
  ].join('\n'))
  run('import', more, '--database-url', url)
}
