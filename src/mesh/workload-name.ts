/**
 * A pod's name with what its owner's controller appended taken off: ReplicaSet (`-TEMPLATEHASH-XXXXX`), DaemonSet and Job
 * (`-XXXXX`), CronJob (`-MINUTES-XXXXX`, the minute it was due), StatefulSet (`-N`). kubernetes/apimachinery pkg/util/rand: suffixes are drawn from `bcdfghjklmnpqrstvwxz2456789`;
 * a template hash is decimal digits run through the same alphabet, so only `456789bcdf`.
 */
const REPLICA_SET = /^(.+)-[456789bcdf]{6,10}-[a-z0-9]{5}$/;
const CRON_JOB = /^(.+)-\d{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const RANDOM_SUFFIX = /^(.+)-(?=[a-z]*\d)[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const ORDINAL = /^(.+)-\d{1,5}$/;

export function workloadName(pod: string): string {
  return (CRON_JOB.exec(pod) ?? REPLICA_SET.exec(pod) ?? RANDOM_SUFFIX.exec(pod) ?? ORDINAL.exec(pod))?.[1] ?? pod;
}
