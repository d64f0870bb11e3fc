// Opens a workbook with exceljs, and writes as JSON what it says of itself, its sheets, and the
// cells of the first column of each.
import exceljs from 'exceljs'

const book = new exceljs.Workbook()
await book.xlsx.readFile(process.argv[2])
process.stdout.write(JSON.stringify({
  title: book.title,
  modifiedBy: book.lastModifiedBy,
  modified: book.modified,
  sheets: book.worksheets.map((sheet) => ({ name: sheet.name, first: sheet.getColumn(1).values.filter((value) => value !== undefined) })),
}))
