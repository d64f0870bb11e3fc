// The texts of the program, as the scripts of a page get them.

import { readFileSync, readdirSync } from 'node:fs'

/** @typedef {import('../app/i18n.js').Catalogue} Catalogue */

const folder = new URL('../../texts/', import.meta.url)

/** The languages that there are, by their tags. */
export const languages = readdirSync(folder).filter((f) => f.endsWith('.json')).map((f) => f.replace('.json', ''))

/** A language as it is written. @param {string} lang @returns {Record<string, any>} */
export const file = (lang) => JSON.parse(readFileSync(new URL(`${lang}.json`, folder), 'utf8'))

/** What the server sends of it to scripts: English where it has no text of its own. @param {string} lang @returns {Catalogue} */
export function texts(lang) {
  const [english, own] = [file('en'), file(lang)]
  return {
    ...english.scripts, ...english.countries, ...english.fields, ...own.scripts, ...own.countries, ...own.fields,
    'number.thousands': own.thousands ?? ',', 'sentence.colon': own.colon ?? ':',
  }
}
