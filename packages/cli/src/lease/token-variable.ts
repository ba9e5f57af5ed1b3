/** The variable that a job of GitLab has its token in, unless a file is named. It is left out of the environment of what runs with the lease. */
export const tokenVariable = 'REKEY_CI_TOKEN'
