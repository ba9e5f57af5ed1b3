import { describe } from '@jest/globals'

export const isFull = process.env['REKEY_FULL'] === '1'

/** For what takes minutes, or programs that only `npm run test:full` installs. */
export const describeFull = isFull ? describe : describe.skip
