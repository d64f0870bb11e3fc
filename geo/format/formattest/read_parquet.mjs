// Reads a GeoParquet file with hyparquet, and writes as JSON what it found: the
// columns with their types, the texts about the file, and the rows as features.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'

const file = await asyncBufferFromFile(process.argv[2])
const metadata = await parquetMetadataAsync(file)
// Without geoparquet: the columns as the file has them.
const asStored = await parquetMetadataAsync(file, { geoparquet: false })
const columns = parquetSchema(asStored).children.map(({ element, children }) => ({
  name: element.name,
  type: typeName(element),
  required: element.repetition_type === 'REQUIRED',
  children: children.map((child) => child.element.name),
}))
const about = Object.fromEntries(metadata.key_value_metadata.map(({ key, value }) => [key, value]))
const features = []
// With it, hyparquet makes GeoJSON of WKB by itself.
for (const { geometry, bbox, ...properties } of await parquetReadObjects({ file, metadata })) {
  features.push({ geometry, bbox, properties })
}
process.stdout.write(JSON.stringify({ columns, about, rowGroups: metadata.row_groups.length, features }, plain))

function typeName({ type, logical_type: logical }) {
  switch (logical?.type) {
    case 'TIMESTAMP':
      return `TIMESTAMP ${logical.unit}${logical.isAdjustedToUTC ? ' UTC' : ''}`
    case 'INTEGER':
      return `${type} ${logical.isSigned ? 'signed' : 'unsigned'}`
    case undefined:
      return type ?? 'GROUP'
    default:
      return logical.type
  }
}

/** JSON has no integers of 64 bits; ids stay below 2^53. */
function plain(key, value) {
  return typeof value === 'bigint' ? Number(value) : value
}
