import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

/** A reporter for Jest that leaves in the file that REKEY_TEST_COUNTS names how each test file went: its path, its true counts, and the names of what failed. */
export default class Count {
  constructor ({ rootDir }) {
    this.root = rootDir
  }

  onRunComplete (_contexts, { testResults }) {
    const file = process.env.REKEY_TEST_COUNTS
    if (file === undefined) return
    writeFileSync(file, JSON.stringify(testResults.map(result => ({
      path: relative(this.root, result.testFilePath),
      passed: result.numPassingTests,
      // A file that could not even be loaded counts as one failed test.
      failed: result.testExecError != null && result.numFailingTests === 0 ? 1 : result.numFailingTests,
      skipped: result.numPendingTests + result.numTodoTests,
      names: result.testResults.flatMap(({ status, fullName }) => status === 'failed' ? [fullName] : [])
    }))))
  }
}
