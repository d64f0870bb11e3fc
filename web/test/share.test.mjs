import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embedCode, embedURL, fileURL, heightOf } from '../app/share.js'
import { useCatalogue } from '../app/i18n.js'
import { parse } from '../app/url.js'

/** @param {string} search @param {string} hash @returns {[filters: import('../app/url.js').Filters, link: string]} */
const page = (search, hash) => [parse(search, hash).filters, `https://atlas.example.org/${search}${hash}`]
const embed = { theme: '', lang: '', title: true, camera: true, height: 480 }

test('the embedded map has the filters, and of the rest what is chosen', () => {
  const chosen = page('?country=THA,VNM&q=rice+%26+tea&lang=th&view=list&sortby=name&selected=a&follow=0', '#6/14.5/103')
  for (const [name, options, want] of /** @type {[string, Partial<typeof embed>, string][]} */ ([
    ['as it is', {}, '?country=THA,VNM&q=rice+%26+tea#6/14.5/103'],
    ['without the camera', { camera: false }, '?country=THA,VNM&q=rice+%26+tea'],
    ['with all', { theme: 'dark', lang: 'lo', title: false }, '?country=THA,VNM&q=rice+%26+tea&lang=lo&theme=dark&title=0#6/14.5/103'],
  ])) assert.equal(embedURL(...chosen, { ...embed, ...options }), 'https://atlas.example.org/embed' + want, name)
  assert.equal(embedURL(...page('?layer=countries,partnerships', ''), embed), 'https://atlas.example.org/embed?layer=partnerships', 'lines, for the frame has no other layer')
  assert.equal(embedURL(...page('', ''), embed), 'https://atlas.example.org/embed', 'nothing chosen, no camera yet')
})

test('the code is one element, whatever is searched for', () => {
  const code = embedCode('https://atlas.example.org/embed?q=">&a=1', 300, 'Map & "list"')
  assert.equal(code.match(/"/g)?.length, 14, 'quotes of attributes only')
  assert.match(code, /^<iframe src="https:\/\/atlas.example.org\/embed\?q=&quot;&gt;&amp;a=1" title="Map &amp; &quot;list&quot;" width="100%" height="300" [^<>]*><\/iframe>$/)
})

test('a height that a map can be seen in', () => {
  for (const [asked, want] of [[480, 480], [1, 240], [99999, 1200], [0, 480], [NaN, 480], [300.4, 300]]) assert.equal(heightOf(asked), want)
})

test('files hold the selection, in the order of the list', () => {
  for (const [search, want] of [
    ['', '/data/facilities.csv'],
    ['?country=THA&established=2015..&lang=th#5/1/1', '/data/facilities.csv?country=THA&established=2015..'],
    ['?view=list&sortby=-established', '/data/facilities.csv?sortby=-established'],
  ]) assert.equal(fileURL(parse(search.split('#')[0], ''), 'csv'), want)
  useCatalogue('th', {})
  assert.equal(fileURL(parse('?country=THA', ''), 'csv', true), '/data/facilities.csv?country=THA&lang=th', 'in the language of the page')
})
