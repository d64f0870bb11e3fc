// Who a record is of: its host and its partners, as the sources state them, with links to
// the institutions that these are, and the projects that belong to it. What is known of
// institutions comes after the record itself.

import { getJSON } from './api.js'
import { el } from './dom.js'
import { plainList, written } from './facts.js'
import { date, lang, t } from './i18n.js'
import { institutionsURL, pageOf, partnershipsOf, PROJECT, projectsURL } from './relations.js'
import { normal } from './search.js'
import { noFilters } from './url.js'

/** @typedef {import('./api.js').Facility} Facility */
/** @typedef {import('./filters.js').Label} Label */
/** @typedef {import('./relations.js').Partnership} Partnership */
/** @typedef {import('./relations.js').Projects} Projects */
/** @typedef {{slug: string, name: string, name_zh?: string, name_local?: string, aliases?: string[]}} Institution */
/** @typedef {{pair: Partnership, names: string[]}} Known names: in their normal form */
/** @typedef {{entry: string, pair?: Partnership}} Stated an entry of a source, with the institution that it names; an entry that is empty: a link alone is known */

const MOST = 200 // institutions of one record

/**
 * The facts of host and partners; what no source and no link knows is left out.
 * @param {Facility} f @param {Label} label @returns {HTMLElement[]}
 */
export function partnerFacts(f, label) {
  const rows = /** @type {[string, string, string[]][]} */ ([
    ['host', 'field.host_institution', f.host_institution ? [f.host_institution] : []], ['partner', 'card.partners', f.partners ?? []],
  ]).map(([role, title, entries]) => ({ role, entries, dt: el('dt', {}, t(title)), dd: el('dd') }))
  const show = (/** @type {Known[]} */ known) => {
    for (const { role, entries, dt, dd } of rows) {
      const stated = statedOf(entries, known, role)
      dt.hidden = dd.hidden = stated.length === 0
      dd.replaceChildren(plainList(stated.map((one) => partnerOf(one, label))))
    }
  }
  show([])
  if (f.institutions?.length) knownOf(f.slug, f.institutions).then(show, () => {}) // the texts stay
  return rows.flatMap(({ dt, dd }) => [dt, dd])
}

/** @param {string} facility @param {string[]} slugs of its institutions @returns {Promise<Known[]>} */
async function knownOf(facility, slugs) {
  const [pairs, institutions] = await Promise.all([
    getJSON(partnershipsOf({ facility, limit: String(MOST), properties: 'roles,institution,institution_name,institution_country,in_english' })),
    getJSON(institutionsURL(slugs.slice(0, MOST), 'slug,name,name_zh,name_local,aliases')),
  ])
  const names = new Map(/** @type {{features: {properties: Institution}[]}} */ (institutions).features.map(({ properties: i }) =>
    [i.slug, [i.name, i.name_zh, i.name_local, ...(i.aliases ?? [])].flatMap((name) => (name ? plain(name) : []))]))
  return /** @type {import('./relations.js').Partnerships} */ (pairs).features.map(({ properties: pair }) => ({ pair, names: names.get(pair.institution) ?? [] }))
}

/** @param {string} name */
const plain = (name) => normal(name).text.trim()

/**
 * The entries of a role with the institution that each names, and behind them the
 * institutions of that role that none does.
 * @param {string[]} entries @param {Known[]} known @param {string} role @returns {Stated[]}
 */
export function statedOf(entries, known, role) {
  const stated = entries.map((entry) => ({ entry, pair: known.find(({ names }) => [entry, partner(entry).name].some((name) => names.includes(plain(name))))?.pair }))
  const others = known.filter(({ pair }) => pair.roles.includes(role) && !stated.some((one) => one.pair === pair))
  return [...stated, ...others.map(({ pair }) => ({ entry: '', pair }))]
}

/** @param {Stated} stated @param {Label} label */
function partnerOf({ entry, pair }, label) {
  const { name, country } = partner(entry)
  const said = el('span', { lang: written(name) }, name)
  const code = country || pair?.institution_country
  const note = code && el('span', { class: 'note' }, ' · ', countryName(code, label))
  if (!pair) return el('span', {}, said, note || '')
  const own = langOf(pair) !== written(name) // in the reader's language, where the source is not
  const link = el('a', { href: pageOf('institutions', pair.institution), lang: own || !entry ? langOf(pair) : written(name) }, own || !entry ? pair.institution_name : name)
  return el('span', {}, link, note || '', own && entry && el('span', { class: 'as-stated' }, said))
}

/** @param {Partnership} pair */
const langOf = (pair) => (pair.in_english?.includes('institution_name') ? 'en' : lang())

/** @param {string} code alpha-3 @param {Label} label */
export function countryName(code, label) {
  const name = label('takes_part', code)
  const own = t(`country.${code}`)
  return name !== code || own === `country.${code}` ? name : own
}

/**
 * A partner without the country code that the data set puts in brackets behind it.
 * @param {string} partner "Institution (ISO3)"
 * @returns {{name: string, country: string}} country: alpha-3, or empty
 */
export function partner(partner) {
  const match = /^(.*\S)\s*\(([A-Z]{3})\)$/.exec(partner)
  return match ? { name: match[1], country: match[2] } : { name: partner, country: '' }
}

/** The projects that belong to a record; hidden until there are some. @param {string} facility slug */
export function projectsOf(facility) {
  const part = el('section', { class: 'card-projects', hidden: true })
  const show = (/** @type {Projects} */ { features }) => {
    part.hidden = features.length === 0
    part.replaceChildren(el('h3', {}, t('projects.title')), plainList(features.map(({ properties: p }) => projectLine(p))))
  }
  getJSON(projectsURL(noFilters(), { facility, limit: '50', sortby: '-start', properties: PROJECT })).then((answer) => show(/** @type {Projects} */ (answer)), () => {}) // the page of the record has them too
  return part
}

/** A project as a link, with its kind and when it began. @param {import('./relations.js').Project} p */
export function projectLine(p) {
  const facts = [p.start && date(p.start), p.kind_label, p.countries_label?.join(t('list.comma'))].filter(Boolean).join(' · ')
  return el('span', {}, el('a', { href: pageOf('projects', p.slug), lang: p.in_english?.includes('name') ? 'en' : lang() }, p.name), el('span', { class: 'as-stated' }, facts))
}
