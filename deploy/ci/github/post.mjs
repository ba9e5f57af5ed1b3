// Gives the lease back at the end of the job, however it ends.
import { existsSync } from 'node:fs'
import { fail, rekey } from './runner.mjs'

const { STATE_folder: folder, STATE_program: program } = process.env
// The lease was refused, or never asked for.
if (folder === undefined || !existsSync(folder)) process.exit(0)
if (rekey(program, ['give-back', folder]) !== 0) fail('the lease was not given back, and ends by itself: rekey has said why')
