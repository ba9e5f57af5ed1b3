/** Told by the journal itself, so that a copy has it too. @param first hash of its first line */
export function nameOf (service: string, first: string): string {
  return `${service}-${first.slice(0, 12)}`
}
