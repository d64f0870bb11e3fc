// What the stories read from the page and from the API.

import { becomes, until } from './browser.mjs'
import { getJSON } from './server.mjs'

/** @typedef {import('playwright-core').Page} Page */

const DRAWN = 'precision=site,city,admin1'

/** Waits until the scripts have taken over: before that a click on a row follows its link. @param {Page} page */
export const ready = (page) => until(() => page.evaluate(() => document.documentElement.dataset.ready === 'true'), 'the page is alive')

/** @param {Page} page */
export const summary = (page) => page.locator('#summary').innerText()

/** The number of records that the marks stand for. @param {Page} page @returns {Promise<number>} */
export const marksTotal = (page) => page.locator('.mark button').evaluateAll((all) => all.reduce((n, b) => n + Number(b.getAttribute('data-count')), 0))

/** @param {Page} page @param {string} [where] @returns {Promise<string[]>} */
export const slugs = (page, where = '#results') => page.locator(`${where} .row`).evaluateAll((rows) => rows.map((r) => r.getAttribute('data-slug') ?? '').sort())

/** Ticks or unticks a value, as a person does. @param {Page} page @param {string} dimension @param {string} value */
export async function choose(page, dimension, value) {
  await page.locator(`input[name=${dimension}][value="${value}"]`).click()
}

/** The counts that a facet shows, by value. @param {Page} page @param {string} dimension @returns {Promise<Record<string, number>>} */
export function shownCounts(page, dimension) {
  return page.locator(`[data-dimension=${dimension}] .option:not(.gone)`).evaluateAll((rows) =>
    Object.fromEntries(rows.map((r) => [r.querySelector('input')?.value, Number(r.querySelector('.count')?.textContent?.replace(/\D/g, ''))])))
}

/** The same from the API. @param {string} base @param {string} query @param {string} dimension */
export async function apiCounts(base, query, dimension) {
  const { facets } = await getJSON(`${base}/collections/facilities/facets?${query}`)
  const buckets = /** @type {{value: string|null, count: number}[]} */ (facets[dimension].buckets)
  return Object.fromEntries(buckets.filter((b) => b.value !== null || b.count > 0).map((b) => [b.value ?? 'none', b.count]))
}

/** @param {string} base @param {string} query */
export async function matched(base, query) {
  return (await getJSON(`${base}/collections/facilities/items?limit=1&${query}`)).numberMatched
}

/** How many of the matches are drawn. @param {string} base @param {string} query */
export const drawn = (base, query) => matched(base, `${query}&${DRAWN}`)

/** @param {string} base @param {string} query @returns {Promise<string[]>} */
export async function apiSlugs(base, query) {
  const { features } = await getJSON(`${base}/collections/facilities/items?limit=1000&${query}`)
  return features.map((/** @type {any} */ f) => f.properties.slug).sort()
}

/** A record of the API. @param {string} base @param {string} slug */
export async function record(base, slug) {
  return (await getJSON(`${base}/collections/facilities/items/${slug}`)).properties
}

/** Waits until summary, facets and marks show a query of the API; the map must show all of it. @param {Page} page @param {string} base @param {string} query */
export async function agrees(page, base, query) {
  const [all, onMap] = [await matched(base, query), await drawn(base, query)]
  await becomes(() => summary(page), `${all} ${all === 1 ? 'facility' : 'facilities'} · ${onMap} on the map`)
  await becomes(() => marksTotal(page), onMap, 'records of all marks')
  await countsAgree(page, base, query)
  return all
}

/** @param {Page} page @param {string} base @param {string} query */
export async function countsAgree(page, base, query) {
  for (const dimension of ['country', 'sector', 'kind']) {
    await becomes(() => shownCounts(page, dimension), await apiCounts(base, query, dimension), `counts of ${dimension} for ${query}`)
  }
}

/** Waits for the number of matches that the summary tells. @param {Page} page @param {number} n */
export const summaryTells = (page, n) => becomes(async () => Number(/[\d,]+/.exec(await summary(page))?.[0].replaceAll(',', '')), n, 'matches in the summary')

/** Runs in the page: whether the canvas has pixels of the land's colour. */
export function landIsDrawn() {
  const canvas = /** @type {HTMLCanvasElement|null} */ (document.querySelector('canvas.basemap'))
  if (!canvas?.width) return false
  const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height })
  const context = copy.getContext('2d', { willReadFrequently: true }) // to read the map's own again and again would be warned of
  context?.drawImage(canvas, 0, 0)
  const data = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
  let filled = 0
  for (let i = 3; i < data.length; i += 4) if (data[i] === 255) filled++
  return filled > data.length / 4 / 10
}

/** The marks with their places, in steps of some pixels. @param {Page} page @returns {Promise<string[]>} */
export function marksOf(page) {
  return page.locator('.mark').evaluateAll((marks) => marks.map((m) => {
    const { x, y } = m.getBoundingClientRect()
    return `${Math.round(x / 4)} ${Math.round(y / 4)} ${m.querySelector('button')?.getAttribute('aria-label')}`
  }).sort())
}

/** The records of the marks whose place is in the window. @param {Page} page @returns {Promise<number>} */
export function marksInView(page) {
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

/** What the list says it holds of the map's view. @param {Page} page */
export async function inView(page) {
  return Number(/\d+/.exec(await page.locator('#in-view').innerText())?.[0] ?? -1)
}

/** What has the focus, in short. @param {Page} page @returns {Promise<string>} */
export function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement
    if (!e) return ''
    if (e.matches('.skip')) return `a${e.getAttribute('href')}`
    return e.localName + (e.classList[0] ? `.${e.classList[0]}` : '')
  })
}

/** Zoom of the map, as the address has it. @param {Page} page */
export const zoomOf = (page) => Number(new URL(page.url()).hash.slice(1).split('/')[0])

/** @param {Page} page @returns {Promise<boolean>} whether nothing makes the page scroll sideways */
export const fitsWidth = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)

/** Opens the card of the first row of the list. @param {Page} page */
export async function openFirst(page) {
  await page.locator('#list .row').first().click()
  await page.locator('#card h2').waitFor()
}

/** @param {Page} page @param {string} selector @param {number} n */
export const becomesRows = (page, selector, n) => becomes(() => page.locator(selector).count(), n, `as many as ${selector}`)
