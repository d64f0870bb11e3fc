// The real binary, built once and started on a free port.

import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'innoatlas-e2e-'))
const binary = join(folder, 'innoatlas')
// Without DATABASE_URL, which the binary would take for its source.
const { DATABASE_URL: _, ...environment } = process.env
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
execFileSync('go', ['build', '-o', binary, './cmd/innoatlas'], { cwd: root, stdio: 'inherit' })

/** The stores to tell the stories on: name and flags of the server. @type {{name: string, flags: string[]}[]} */
export const stores = [{ name: 'memory', flags: [] }]
const database = process.env.E2E_DATABASE_URL
if (database) {
  const url = ['--database-url', database]
  run('migrate', ...url)
  run('import', join(root, 'geo/dataset/builtin'), ...url)
  stores.push({ name: 'database', flags: [...url, '--reads', 'database'] })
}

/** @param {...string} args */
function run(...args) {
  execFileSync(binary, args, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
}

/**
 * @param {...string} flags
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function start(...flags) {
  const server = spawn(binary, ['--listen', '127.0.0.1:0', ...flags], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  server.stderr.on('data', (data) => (log += data))
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
