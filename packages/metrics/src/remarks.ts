/** What a probe should know, of one or several things, on one line. @returns undefined where there is nothing to say */
export function joinRemarks (...remarks: ReadonlyArray<string | undefined>): string | undefined {
  return remarks.filter((remark) => remark !== undefined).join('; ') || undefined
}
