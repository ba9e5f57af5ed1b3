export interface AccountSpec {
  /** A login name; `root` is allowed. A system account of the same name (Debian has one called `backup`) gives way inside the host. */
  readonly name: string
  /** `.ssh/authorized_keys`, byte for byte. Absent: no such file. */
  readonly authorizedKeys?: string
  /** `.ssh/authorized_keys2`, byte for byte. Absent: no such file. */
  readonly authorizedKeys2?: string
  /** Set by the real `chpasswd`. Absent: no password opens the account. */
  readonly password?: string
  readonly passwordAge?: PasswordAge
  /** `passwd -l`, after the password was set: no password opens the account any more, a key still does. */
  readonly locked?: boolean
  /** May become root by the real sudo: without a question, or after its own password. */
  readonly sudo?: 'nopasswd' | 'password'
  /** Absent: `/bin/bash`, or BusyBox's `/bin/sh`. `/usr/sbin/nologin` lets nobody in. */
  readonly shell?: string
}

/** What `chage` sets once the password is there. Days are whole numbers; dates are days since 1970-01-01, as in shadow(5). */
export interface PasswordAge {
  /** `-d`, a date: 0 demands another password at the next login. */
  readonly lastChanged?: number
  /** `-m`: so many days must pass before the next change. */
  readonly minDays?: number
  /** `-M`: after so many days the next login demands another password. */
  readonly maxDays?: number
  /** `-I`: so many days after that the account is closed. */
  readonly inactiveDays?: number
  /** `-E`, a date: from then on the account is closed, for keys too. 1 is long ago. */
  readonly accountExpires?: number
}

/** PAM modules beside pam_unix, set up in the host's own /etc as Debian's administrators do it. Passwords of the spec are set before. */
export interface PamSpec {
  /** Closes an account to passwords after `deny` wrong ones. The tally lies in the host's own /run/faillock. */
  readonly faillock?: {
    readonly deny: number
    /** Absent: faillock's own 600. 0: until somebody resets the tally. */
    readonly unlockSeconds?: number
    /** root is counted too. */
    readonly evenRoot?: boolean
  }
  /**
   * pwquality.conf(5) by the names that stand there; `true` for a setting without a value, such as `enforce_for_root`.
   * `dictcheck` is 0 unless given: the machine may lack the dictionary.
   */
  readonly pwquality?: { readonly minlen: number } & Readonly<Record<string, number | string | true>>
  readonly pwhistory?: {
    /** How many old passwords are refused. */
    readonly remember: number
    readonly enforceForRoot?: boolean
  }
  /** A wrong password is refused at once. Otherwise PAM waits some two seconds, as on real hosts; twenty tests wait for that too. */
  readonly noDelay?: boolean
}

export interface FileSpec {
  /** Below /etc, /home, /root, /run or /tmp: the rest of a host is the machine's. Missing folders are made, root's and 0755. */
  readonly path: string
  readonly text: string
  /** Absent: 0644. */
  readonly mode?: number
  /** As chown takes it. Absent: root. */
  readonly owner?: string
}

export interface HostSpec {
  readonly name: string
  /** An address in 127.1.0.0/16. Hosts and labs that run at once need different ones; nothing has to be configured for them. */
  readonly address: string
  /**
   * The host's jump host, by its name: only sessions on that one reach this address. The machine does not, and another host may have the
   * same address elsewhere. What has the same jump host shares one network. A jump host runs OpenSSH and Debian's programs.
   */
  readonly via?: string
  /** Absent: 22022. */
  readonly port?: number
  /** Absent: `machine`, what is installed here. Debian 13 brings its own programs, PAM and OpenSSH 10.0, with `npm run test:full` only. */
  readonly system?: 'machine' | 'debian-13'
  /**
   * Whether OpenSSH from 9.8 on shuts out addresses from which logins have failed, as it does unless it is told otherwise (`PerSourcePenalties`). On loopback
   * that is everybody's address, so what runs the machine's OpenSSH does so only where it is asked for: hosts are alike on each Debian. Absent: with Debian 13 only.
   */
  readonly penalties?: boolean
  readonly accounts: readonly AccountSpec[]
  /** Absent: `openssh`. Dropbear has no PAM and no configuration file, and its log says nothing of refused keys. */
  readonly daemon?: 'openssh' | 'dropbear'
  /** More options for dropbear(8), such as `-T 3` for three tries. */
  readonly dropbearOptions?: readonly string[]
  /**
   * Absent: `debian`. With `busybox` the accounts find nothing but BusyBox's applets below /usr/bin and /usr/sbin, and a shell is
   * `/bin/sh` unless said otherwise. Debian's BusyBox has no `passwd`, `chpasswd`, `su` and `flock`.
   */
  readonly userland?: 'debian' | 'busybox'
  /** Programs of Debian that a BusyBox host has all the same, such as `/usr/bin/passwd`. */
  readonly keep?: readonly string[]
  /** Lines for OpenSSH's sshd_config. They win over the lab's own; from the first `Match` on they go to the end of the file. */
  readonly sshdConfig?: readonly string[]
  /** Written once the accounts are there, such as keys outside of homes. */
  readonly files?: readonly FileSpec[]
  /** Absent: PAM as the machine has it. */
  readonly pam?: PamSpec
  /** An unencrypted OpenSSH private key. Absent: a fresh Ed25519 one. */
  readonly hostKey?: string
}

export const defaultPort = 22022
