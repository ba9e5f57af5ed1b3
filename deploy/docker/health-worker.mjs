// Whether the worker in this container has looked for due work within the last minute: exit code 0 or 1.
import { statSync } from 'node:fs'

const { mtimeMs } = statSync(process.env.REKEY_HEARTBEAT_FILE, { throwIfNoEntry: false }) ?? { mtimeMs: 0 }
process.exitCode = Date.now() - mtimeMs < 60_000 ? 0 : 1
