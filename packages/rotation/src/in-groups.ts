import { isRekeyError } from '@rekey/domain'

/**
 * Shows secrets in groups of the first of these sizes. A host that counts failures more strictly (MaxAuthTries) ends a connection instead of an answer:
 * then in groups of the next size.
 * @param afterDrop what is due before it is tried again
 * @throws RekeyError what `show` throws, `ssh/dropped` too when no smaller size is left
 */
export async function inGroups<Shown> ([size, ...smaller]: readonly [number, ...number[]], show: (size: number) => Promise<Shown>, afterDrop?: () => Promise<unknown>): Promise<Shown> {
  try {
    return await show(size)
  } catch (error) {
    const [next, ...rest] = smaller
    if (next === undefined || !isRekeyError(error, 'ssh/dropped')) throw error
    await afterDrop?.()
    return await inGroups([next, ...rest], show, afterDrop)
  }
}
