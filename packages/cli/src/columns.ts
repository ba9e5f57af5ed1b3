/** Rows for people, the first of them the heads: each column as wide as its widest cell. */
export function inColumns (rows: ReadonlyArray<readonly string[]>): string[] {
  const widths = (rows[0] ?? []).map((_, column) => rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0))
  return rows.map(row => row.map((cell, column) => printable(cell).padEnd(widths[column] ?? 0)).join('  ').trimEnd())
}

/** The API's words are shown too, and nobody has looked what is in them. */
function printable (text: string): string {
  return text.replace(/\p{Cc}/gu, ' ')
}

export function inLines (lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}
