import { sep } from 'node:path'
import Sequencer from '@jest/test-sequencer'

/** What takes minutes comes first, so that nobody waits for it in the end; what computes comes last, so that it takes no time from what has deadlines. */
const first = ['test/faults/', 'test/fuzz/', 'test/lab/', 'test/integration/', 'test/'].map(folder => folder.replaceAll('/', sep))

/** The order of test files in Jest: by folder, and within that by Jest's own rules, which are failures, earlier durations and sizes. */
export default class Sequence extends Sequencer {
  sort (tests) {
    const rank = ({ path, context }) => {
      const found = first.findIndex(folder => path.startsWith(context.config.rootDir + sep + folder))
      return found === -1 ? first.length : found
    }
    return super.sort(tests).sort((one, other) => rank(one) - rank(other))
  }
}
