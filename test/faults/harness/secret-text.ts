/** What opens an account, in the clear, as it stands in Vault and as a test hands it over. */
export type SecretText = { readonly privateKey: string, readonly publicKey: string } | { readonly password: string }

/** What tells a secret from others of its kind: a private key's text has numbers in it that mean nothing. */
export function markOf (secret: SecretText): string {
  return 'password' in secret ? secret.password : secret.publicKey
}

/** As the API takes it. */
export function asHandedOver (secret: SecretText): Readonly<Record<string, string>> {
  return 'password' in secret ? { password: secret.password } : { privateKey: secret.privateKey }
}
