// Data sets of any size that look like a register: most records lie around a town,
// many exactly on it, and a few points hold very many. The same seed gives the
// same records.

import { closeSync, copyFileSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './server.mjs'

/** Boxes in which towns lie, roughly by where records are: country, west, south, east, north, share. @type {[string, number, number, number, number, number][]} */
const COUNTRIES = [
  ['CHN', 103, 23, 119, 38, 30], ['THA', 98.8, 13, 104, 19, 10], ['IDN', 106, -8, 114, -6.8, 10], ['VNM', 105, 10.5, 107.5, 22, 9],
  ['MYS', 101, 1.8, 103.5, 6, 7], ['PHL', 120.3, 14, 121.5, 18, 7], ['MMR', 94.5, 17, 97.5, 24, 5], ['KHM', 103, 11, 106.5, 13.8, 4],
  ['LAO', 101.5, 15, 105.5, 20.5, 4], ['SGP', 103.7, 1.28, 103.95, 1.42, 4], ['BRN', 114.2, 4.5, 115, 4.95, 1], ['TLS', 125.3, -9.1, 126.8, -8.5, 1],
  ['IND', 74, 12, 84, 27, 4], ['JPN', 135, 34.5, 139.8, 36.5, 2], ['KOR', 126.8, 35.2, 128.8, 37.6, 2],
]
const KINDS = ['joint-laboratory', 'innovation-centre', 'agricultural-park']
const SECTORS = ['modern-agriculture', 'new-energy', 'traditional-medicine', 'food-processing', 'electronic-information', 'chemical-engineering']
const TOWNS = 2000
const EXACT = 0.3 // of the records stand on the point of their town
const COLUMNS = 'slug,kind,name,country,city,lon,lat,location_precision,sectors,partners,established,status,summary,source_title,source_url,source_date'

/** @typedef {{country: string, name: string, lon: number, lat: number}} Town */

/** Numbers from 0 to 1, the same for the same seed (mulberry32). @param {number} seed */
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** @param {() => number} next @returns {Town[]} */
function towns(next) {
  const shares = COUNTRIES.reduce((n, c) => n + c[5], 0)
  return COUNTRIES.flatMap(([country, west, south, east, north, share]) =>
    Array.from({ length: Math.ceil((TOWNS * share) / shares) }, (_, i) => ({
      country, name: `${country} town ${i + 1}`, lon: west + (east - west) * next(), lat: south + (north - south) * next(),
    })))
}

/**
 * Writes a folder that the server reads with --data.
 * @param {string} folder
 * @param {number} count
 * @param {{seed?: number, stacks?: number[]}} [options] stacks: that many records more, each number on one point out at sea
 */
export function writeRegister(folder, count, { seed = 1, stacks = [] } = {}) {
  mkdirSync(folder, { recursive: true })
  for (const name of ['kinds.csv', 'sectors.csv']) copyFileSync(join(root, 'geo/dataset/builtin', name), join(folder, name))
  const file = openSync(join(folder, 'facilities.csv'), 'w')
  const next = numbers(seed)
  const all = towns(next)
  let lines = [COLUMNS]
  const flush = () => {
    writeSync(file, lines.join('\n') + '\n')
    lines = []
  }
  for (let i = 0; i < count; i++) {
    const town = all[Math.floor(all.length * next() ** 2)] // some towns have many
    const [east, north] = next() < EXACT ? [0, 0] : [(next() - next()) * 0.2, (next() - next()) * 0.2]
    lines.push(line(`record-${i + 1}x`, town, town.lon + east, town.lat + north, east === 0 ? 'city' : 'site', next))
    if (lines.length >= 10_000) flush()
  }
  stacks.forEach((n, stack) => {
    const town = { country: 'PHL', name: `Stack of ${n}`, ...stackAt(stack) }
    for (let i = 0; i < n; i++) lines.push(line(`stack-${n}-${i + 1}x`, town, town.lon, town.lat, 'city', next))
  })
  flush()
  closeSync(file)
}

/** Where a stack stands. @param {number} stack */
export const stackAt = (stack) => ({ lon: 132, lat: 8 + 4 * stack })

/** @param {string} slug @param {Town} town @param {number} lon @param {number} lat @param {string} precision @param {() => number} next */
function line(slug, town, lon, lat, precision, next) {
  const any = (/** @type {string[]} */ list) => list[Math.floor(list.length * next())]
  return [slug, any(KINDS), `${town.name} ${slug}`, town.country, town.name, lon.toFixed(5), lat.toFixed(5), precision, any(SECTORS),
    'Institute of examples (CHN)', 1990 + Math.floor(35 * next()), any(['operating', 'announced', 'planned']), 'A record made for a test.',
    'Register of examples', 'https://example.org/', '2024'].join(',')
}
