// The real binary, started on a free port.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** @typedef {{url: string, stop: () => Promise<void>}} Server */
/** @typedef {{name: string, flags: string[]}} Store name, and flags of the server */

export const root = fileURLToPath(new URL('..', import.meta.url))
/** How many facilities the program brings: a line each, below the header. */
export const builtIn = readFileSync(join(root, 'geo/dataset/builtin/facilities.csv'), 'utf8').trimEnd().split('\n').length - 1
/** Files of this run; gone at its end. */
export const folder = mkdtempSync(join(tmpdir(), 'innoatlas-e2e-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

// run.sh builds it once for all files.
const binary = process.env.E2E_BINARY || join(folder, 'innoatlas')
if (!existsSync(binary)) execFileSync('go', ['build', '-o', binary, './cmd/innoatlas'], { cwd: root, stdio: 'inherit' })
// Without DATABASE_URL, which the binary would take for its source.
const { DATABASE_URL: _, ...environment } = process.env

/** @type {Store} */
export const memory = { name: 'memory', flags: [] }
/** @type {Store[]} */
export const stores = [memory]
/** The database that run.sh filled; null without one. */
export const database = process.env.E2E_DATABASE_URL || null
if (database) stores.push({ name: 'database', flags: ['--database-url', database, '--reads', 'database'] })

/** The register of research organisations, 51,370 records; null where it is not. */
const scale = join(root, '../shared/data/scale/research-organisations.csv.gz')
export const realRegister = existsSync(scale) ? scale : null

/** Runs another command of the binary. @param {...string} args */
export function run(...args) {
  execFileSync(binary, args, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** A database beside that of the other stories, with a data set of its own. @param {string} of what it is for @param {string} data */
export function newDatabase(of, data) {
  const name = `e2e_${of}_${process.pid}`
  const url = (database ?? '').replace(/\/[^/?]+(\?|$)/, `/${name}$1`)
  const psql = (/** @type {string} */ on, /** @type {string} */ sql) => execFileSync('psql', ['-qX', on, '-c', sql], { stdio: ['ignore', 'ignore', 'inherit'] })
  psql(database ?? '', `CREATE DATABASE ${name}`)
  psql(url, 'CREATE EXTENSION postgis')
  run('migrate', '--database-url', url)
  run('import', data, '--database-url', url)
  return { url, drop: () => psql(database ?? '', `DROP DATABASE ${name} WITH (FORCE)`) }
}

/**
 * @param {...string} flags
 * @returns {Promise<Server>}
 */
export async function start(...flags) {
  const server = spawn(binary, ['--listen', '127.0.0.1:0', ...flags], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  process.on('exit', () => server.kill()) // where nobody stopped it
  let log = ''
  server.stderr.on('data', (data) => (log = (log + data).slice(-10_000)))
  const ended = new Promise((resolve) => server.on('exit', resolve))
  for await (const line of createInterface(server.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (url) return { url, stop: async () => void (server.kill(), await ended) }
  }
  throw new Error(`the server ended before it served: ${log}`)
}

/** @param {string} url @returns {Promise<any>} */
export async function getJSON(url) {
  const response = await fetch(url, { headers: { Accept: 'application/json' } })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.json()
}
