/** How wide the demo's lines are at most, in columns. */
export const lineWidth = 120

/** A table for people: columns as wide as their widest cell; the last one is broken into lines where it does not fit. */
export function table (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const last = head.length - 1
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const room = lineWidth - 2 - widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0)
  widths[last] = Math.min(widths[last] ?? 0, room)
  const line = (cells: readonly string[]): string => {
    const [first = '', ...more] = broken(cells[last] ?? '', room)
    const lines = [[...cells.slice(0, last), first], ...more.map((part) => [...cells.slice(0, last).map(() => ''), part])]
    return lines.map((one) => '  ' + one.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
  }
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Breaks a text between words. */
export function broken (text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}
