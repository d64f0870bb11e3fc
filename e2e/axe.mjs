// What axe finds against WCAG 2.2 A and AA.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
// Swagger UI is as published; the list below it says the same.
const run = `${axe}; axe.run({ exclude: ['#viewer'] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) =>
  r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ' ' + (n.any[0]?.message ?? n.failureSummary))))`

/** What is wrong, one line each. @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
export async function violations(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))) // after the last change
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((a) => a.timeline instanceof DocumentTimeline && a.effect?.getComputedTiming().iterations !== Infinity)
    .map((a) => a.finished)).catch(() => {}))
  return page.evaluate(run)
}

/** @param {import('playwright-core').Page} page @param {string} where */
export async function clean(page, where) {
  assert.deepEqual(await violations(page), [], where)
}
