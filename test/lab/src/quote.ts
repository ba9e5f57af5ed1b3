/** A word for `sh`. */
export function quote (text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
