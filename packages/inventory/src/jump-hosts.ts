/** What `ssh -J` and `ProxyJump` take: `[user@]host[:port]`, several with commas. Nothing in it needs quoting. */
export const jumpHosts = /[A-Za-z0-9_.@:,[\]-]{1,512}/
