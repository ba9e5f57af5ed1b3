import { describe } from '@jest/globals'

/** For what takes minutes, or programs that only `npm run test:full` installs. */
export const describeFull = process.env['REKEY_FULL'] === '1' ? describe : describe.skip
