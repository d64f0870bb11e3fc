// Facts of a record in words. No DOM in this file.

import { lang, t } from './i18n.js'

/** @typedef {import('./api.js').Facility} Facility */

/**
 * A date as exact as its source gives it: a year, a month or a day. What does not
 * read as a date is shown as it is.
 * @param {string} date YYYY, YYYY-MM, YYYY-MM-DD, or a time of RFC 3339
 */
export function date(date) {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?$/.exec(date)
  if (!match) return date
  const [, year, month, day] = match
  if (!month) return year
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { year: 'numeric', month: 'long', day: day ? 'numeric' : undefined, timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' }
  return new Intl.DateTimeFormat(lang(), form).format(Date.UTC(+year, +month - 1, day ? +day : 1))
}

/**
 * The name a reader of the page's language looks for, and the others, each with
 * its language.
 * @param {Facility} f
 * @returns {{text: string, lang: string}[]} the first is the main name
 */
export function names(f) {
  const all = [
    { text: f.name, lang: 'en' },
    { text: f.name_zh ?? '', lang: 'zh' },
    { text: f.name_local ?? '', lang: f.name_local_lang ?? 'und' },
  ].filter((n, i, list) => n.text && list.findIndex((m) => m.text === n.text) === i)
  const main = Math.max(0, all.findIndex((n) => n.lang === lang()))
  return [...all.splice(main, 1), ...all]
}

/**
 * Town, province and country, without saying one twice.
 * @param {Facility} f
 * @param {string} [country] its name in the page's language
 */
export function place(f, country = f.country_name) {
  return [...new Set([f.city, f.admin1, country])].filter(Boolean).join(t('list.comma'))
}

/** @param {Facility} f how exact the position is, in a sentence */
export function precision(f) {
  return t(`precision.${f.precision ?? 'none'}`)
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
