export { keyMaker, makeKey, parsePrivateKey } from './private-key.ts'
export { parsePublicKey } from './public-key.ts'
export { fingerprint } from '@rekey/domain'
