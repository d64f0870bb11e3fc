// Reads a FlatGeobuf file, or the part of one at an address that a box meets, with the reader
// of npm, and writes as JSON how many features its header counts, and the features.
//
//   node read_flatgeobuf.mjs file.fgb
//   node read_flatgeobuf.mjs http://…/file.fgb west south east north
import { readFileSync } from 'node:fs'
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js'

const [source, ...box] = process.argv.slice(2)
const [minX, minY, maxX, maxY] = box.map(Number)
const whole = box.length === 0
console.debug = console.info = console.log = () => {} // it tells each of its requests
let counted = null
const features = []
for await (const feature of deserialize(whole ? new Uint8Array(readFileSync(source)) : source, {
  ...(whole ? {} : { rect: { minX, minY, maxX, maxY } }),
  headerMetaFn: (header) => { counted = header.featuresCount },
})) {
  features.push(feature)
}
process.stdout.write(JSON.stringify({ counted, features }))
