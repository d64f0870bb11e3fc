import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noFilters, isFiltered, parse, parseCamera, parseYears, sameFilters, split, toHash, toURL, useOwn } from '../app/url.js'

const state = (/** @type {Partial<import('../app/url.js').State>} */ change) =>
  ({ filters: noFilters(), view: /** @type {const} */ ('map'), layers: [], sort: '', selected: '', follow: true, lang: '', camera: null, ...change })

test('an address is read and written back the same', () => {
  for (const url of [
    '?#4.25/17.15/110.8',
    '?country=THA,VNM&sector=new-energy&kind=joint-laboratory&q=h%C3%A0+n%E1%BB%99i&lang=zh&selected=cattc-nanning#3/18/105',
    '?status=planned&precision=city,none&follow=0#12/13.7563/100.5018',
    '?kind=joint-laboratory&established=2015..&lang=th&view=statistics&layer=countries&sortby=-established#3/18/105',
  ]) {
    const [search, hash] = url.split('#')
    assert.equal(toURL(parse(search, hash)), url)
  }
})

test('a form repeats its names; values are gathered once', () => {
  assert.deepEqual(parse('country=THA&country=VNM,THA&country=', '').filters.country, ['THA', 'VNM'])
})

test('a list may come in parts, with blanks and twice the same', () => {
  assert.deepEqual(parse('?status=planned,, closed&status=planned', '').filters, { ...noFilters(), status: ['planned', 'closed'] })
})

test('a camera that is none', () => {
  for (const hash of ['', '#', '#4', '#4/5', '#a/b/c', '#4/91/0', '#23/0/0', '#4/0/361', '#4/1e3/0', '#4//5', '#4/5/6/7', '#4/1.2.3/5', '#-1/5/6', '#results']) {
    assert.equal(parseCamera(hash), null, hash)
  }
  assert.deepEqual(parseCamera('#4.5/-8.5/125'), { zoom: 4.5, lat: -8.5, lng: 125 })
})

test('a camera is written as exactly as the zoom needs', () => {
  assert.equal(toHash({ zoom: 4.25, lat: 13.75634, lng: 100.50183 }), '#4.25/13.756/100.502')
  assert.equal(toHash({ zoom: 10, lat: 13.75634, lng: 100.50183 }), '#10/13.7563/100.5018')
})

test('nothing chosen leaves nothing in the query', () => {
  assert.equal(toURL(state({})), '?')
  assert.equal(isFiltered(noFilters()), false)
  assert.equal(isFiltered({ ...noFilters(), q: 'rice' }), true)
})

test('records are split into those that are drawn and those that are not', () => {
  const chosen = { ...noFilters(), precision: ['city', 'country'] }
  assert.deepEqual(split(chosen, true)?.precision, ['city'])
  assert.deepEqual(split(chosen, false)?.precision, ['country'])
  assert.equal(split({ ...chosen, precision: ['none'] }, true), null)
  assert.deepEqual(split(noFilters(), true)?.precision, ['site', 'city', 'admin1'])
})

test('years are read in one spelling', () => {
  for (const [text, want] of [['2015', '2015'], ['2015..2020', '2015..2020'], ['2015..', '2015..'], ['..2020', '..2020'], ['2015..2015', '2015'],
    ['2020..2015', ''], ['..', ''], ['15', ''], ['2015-2020', ''], ['', ''], ['2015...2020', '']]) assert.equal(parseYears(text), want, text)
})

test('a card, a camera, a view, a layer or an order leave the matches as they are; filters do not', () => {
  const { filters } = parse('?country=THA', '')
  for (const [search, want] of /** @type {[string, boolean][]} */ ([
    ['?country=THA&sortby=name&follow=0&selected=x&view=list&layer=countries', true],
    ['?country=THA&q=rice', false], ['?country=THA&established=2015', false], ['', false],
  ])) assert.equal(sameFilters(filters, parse(search, '#4/5/6').filters), want, search)
})

test('the map has several layers at once; what is none is passed over', () => {
  for (const [search, want] of [['?layer=countries,partnerships', '?layer=countries,partnerships'], ['?layer=partnerships', '?layer=partnerships'], ['?layer=roads,countries', '?layer=countries'], ['?layer=', '?']]) {
    assert.equal(toURL(parse(search, '')), want)
  }
})

test('fields of one\'s own are read and written each value by itself, for values may have commas', () => { // last: they stay
  useOwn([{ name: 'owner', facet: true }, { name: 'beds' }, { name: 'constructor', facet: true }, { name: 'tags', type: 'strings' }])
  const url = '?country=THA,VNM&owner=Private,+foreign&owner=state&constructor=none&q=rice&lang=zh'
  const filters = /** @type {Record<string, any>} */ (parse(url, '').filters)
  assert.deepEqual([filters.owner, filters.constructor], [['Private, foreign', 'state'], ['none']])
  assert.equal(toURL(parse(url, '')), url)
  assert.deepEqual(['beds', '-beds', '-owner', 'tags', 'wards'].map((by) => parse(`?sortby=${by}`, '').sort), ['beds', '-beds', '-owner', '', ''],
    'what is one value can be sorted by')
  assert.equal(isFiltered(parse('?beds=3', '').filters), false)
  assert.equal(isFiltered(parse('?owner=a', '').filters), true)
  assert.deepEqual(Object.keys(noFilters()), ['country', 'takes_part', 'sector', 'kind', 'institution', 'status', 'precision', 'owner', 'constructor', 'established', 'q'])
})
