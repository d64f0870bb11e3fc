import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byYear } from '../app/network.js'
import { statedOf } from '../app/partners.js'
import { partnershipsURL, projectsURL } from '../app/relations.js'
import { noFilters } from '../app/url.js'

/** @typedef {import('../app/partners.js').Known} Known */

/** @param {string} slug @param {string[]} roles @param {...string} names @returns {Known} */
const known = (slug, roles, ...names) => ({ pair: { roles, institution: slug, institution_name: slug, facility: 'f', facility_name: 'f' }, names })

test('an entry is linked by a name of its institution; what is linked and not named stands behind', () => {
  const all = [known('cas', ['host', 'partner'], 'chinese academy of sciences', 'cas'), known('ait', ['partner'], 'asian institute of technology'), known('nrct', ['host'], 'nrct')]
  const slugs = (/** @type {string[]} */ entries, /** @type {string} */ role) => statedOf(entries, all, role).map(({ entry, pair }) => [entry, pair?.institution])
  assert.deepEqual(slugs(['CAS (CHN)', 'Somebody else (THA)'], 'partner'), [['CAS (CHN)', 'cas'], ['Somebody else (THA)', undefined], ['', 'ait']])
  assert.deepEqual(slugs([], 'host'), [['', 'cas'], ['', 'nrct']])
  assert.deepEqual(statedOf(['A', 'B'], [], 'partner'), [{ entry: 'A', pair: undefined }, { entry: 'B', pair: undefined }])
})

test('projects stand under the year that they began in', () => {
  const of = (/** @type {string|undefined} */ start, /** @type {string} */ slug) => ({ slug, name: slug, start })
  const years = byYear([of('2025-11', 'a'), of('2025', 'b'), of('2021-09-10', 'c'), of(undefined, 'd')])
  assert.deepEqual(years.map(({ year, projects }) => [year, projects.map((p) => p.slug).join('')]),
    [['2025', 'ab'], ['2021', 'c'], ['', 'd']])
})

test('what is asked for is chosen as the facilities are, as far as it can be', () => {
  const filters = { ...noFilters(), country: ['THA'], takes_part: ['SGP', 'CHN'], kind: ['joint-laboratory'], institution: ['cas'] }
  assert.equal(partnershipsURL('matrix', filters, { rows: 'institution_country' }),
    '/collections/partnerships/matrix?country=THA&takes_part=SGP,CHN&kind=joint-laboratory&institution=cas&lang=en&rows=institution_country')
  assert.equal(partnershipsURL('facets', { ...filters, q: 'rice & tea', status: ['operating', 'closed'] }),
    '/collections/partnerships/facets?country=THA&takes_part=SGP,CHN&kind=joint-laboratory&institution=cas&lang=en' +
    '&of_facilities=status%3Doperating%252Cclosed%26q%3Drice%2B%2526%2Btea')
  assert.equal(projectsURL({ ...filters, q: 'rice' }, {}), '/collections/projects/items?country=THA&takes_part=SGP,CHN&institution=cas&lang=en')
})
