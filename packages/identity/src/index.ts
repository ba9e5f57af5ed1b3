export { createIdentityVerifier } from './verifier.ts'
export type { IdentityOptions, IdentityVerifier } from './verifier.ts'
