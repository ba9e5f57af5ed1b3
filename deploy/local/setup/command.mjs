// Hands over to the built program, or to Jest.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { runTests } from './tests.mjs'
import { repository } from './say.mjs'

const [command = '', ...args] = process.argv.slice(2)

const programs = {
  demo: ['deploy/demo/dist/main.js'],
  lab: ['test/lab/dist/main.js'],
  bench: ['test/bench/dist/main.js'],
  up: ['deploy/local/dist/main.js', 'up'],
  down: ['deploy/local/dist/main.js', 'down'],
  status: ['deploy/local/dist/main.js', 'status']
}

/** Signals go to the child as well, which stops what it started; its exit code is ours. */
async function handOver (program, more) {
  const child = spawn(process.execPath, [join(repository, program), ...more], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return await new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal === null ? code : 1)))
}

if (command === 'setup') process.exitCode = 0
else if (command === 'test') process.exitCode = await runTests(args, false)
else if (command === 'test-full') process.exitCode = await runTests(args, true)
else if (command in programs) {
  const [program, ...first] = programs[command]
  process.exitCode = await handOver(program, [...first, ...args])
} else {
  process.stderr.write(`rekey: there is no command ${JSON.stringify(command)}; there are ${[...Object.keys(programs), 'test', 'test-full', 'setup'].join(', ')}\n`)
  process.exitCode = 2
}
