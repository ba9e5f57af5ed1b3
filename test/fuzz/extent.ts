/** How much is tried: all in `npm run test:full`, more of it in `npm run fuzz`. See docs/decisions/0029. */
const isWhole = process.env['REKEY_FULL'] === '1' || process.env['REKEY_FUZZ_EXAMPLES'] !== undefined

/** Examples of each operation, and the seed that makes them. */
export const examples = Number(process.env['REKEY_FUZZ_EXAMPLES'] ?? 100)
export const seed = Number(process.env['REKEY_FUZZ_SEED'] ?? 1)

/** What `npm test` leaves out: each border of each schema by itself, and operations that go on from each other's answers. */
export const phases = isWhole ? ['examples', 'coverage', 'fuzzing', 'stateful'] : ['examples', 'fuzzing']

/** What is tried once more as a viewer, for what is told apart by who asks. */
export const ofViewer = isWhole ? { examples, phases: ['examples', 'fuzzing'] } : { examples: 1, phases: ['examples'] }
