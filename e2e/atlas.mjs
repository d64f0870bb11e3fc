// What the stories read from the page and from the API.

import { becomes } from './browser.mjs'
import { getJSON } from './server.mjs'

/** @typedef {import('playwright-core').Page} Page */

const DRAWN = 'precision=site,city,admin1'

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

/** Waits until summary, facets and marks show a query of the API; the map must show all of it. @param {Page} page @param {string} base @param {string} query */
export async function agrees(page, base, query) {
  const [all, onMap] = [await matched(base, query), await drawn(base, query)]
  await becomes(() => summary(page), `${all} ${all === 1 ? 'facility' : 'facilities'} · ${onMap} on the map`)
  await becomes(() => marksTotal(page), onMap, 'records of all marks')
  for (const dimension of ['country', 'sector', 'kind']) {
    await becomes(() => shownCounts(page, dimension), await apiCounts(base, query, dimension), `counts of ${dimension} for ${query}`)
  }
  return all
}

/** Runs in the page: whether the canvas has pixels of the land's colour. */
export function landIsDrawn() {
  const canvas = /** @type {HTMLCanvasElement|null} */ (document.querySelector('canvas.basemap'))
  const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
  let filled = 0
  for (let i = 3; i < data.length; i += 4) if (data[i] === 255) filled++
  return filled > data.length / 4 / 10
}
