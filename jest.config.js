import { availableParallelism } from 'node:os'

// Tests run the TypeScript sources: each workspace exports them under the condition "source",
// so a test can never pass on a stale build.
const common = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  // It exports its own sources under the same condition.
  transformIgnorePatterns: ['/node_modules/(?!eventsource-parser/)'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
      sourceMaps: 'inline'
    }]
  }
}

export default {
  // What a hang may cost, and no more: how long something takes on a busy machine is no test's business.
  testTimeout: 180_000,
  // Suites wait for daemons about half of their time, so two cores take three of them at a time.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  testSequencer: '<rootDir>/deploy/local/setup/sequence.mjs',
  projects: [
    { ...common, displayName: 'unit', roots: ['<rootDir>/packages', '<rootDir>/services', '<rootDir>/deploy'], testMatch: ['**/test/**/*.test.ts'] },
    { ...common, displayName: 'system', roots: ['<rootDir>/test'], testMatch: ['**/*.test.ts'] }
  ]
}
