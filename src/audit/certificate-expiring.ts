/**
 * Rules.md §6: less than a tenth of a certificate's life is left. ztunnel renews its leaves at half of their 24 h (ztunnel
 * src/tls/certificate.rs, refresh_at), so one that is nearly over was not renewed. A file does not say when it was written: where
 * all of its leaves had ended before the traffic did, it may as well be old, and that is said instead.
 */
import { identityAccount, identityNamespace } from '../mesh/spiffe.ts';
import type { CertificateFact } from '../model/configuration.ts';
import type { InputStatus, Subject } from '../model/summary.ts';
import { formatTime, type Micros } from '../model/time.ts';
import type { Coverage, Finder, Raised } from './finder.ts';

const SHARE_LEFT = 0.1;

export const certificateExpiring: Finder = {
  id: 'certificate-expiring',
  severity: 'warning',
  looksAt: 'inputs',
  open: (coverage) => ({ flow: () => false, findings: (inputs) => findingsOf(coverage, inputs) }),
};

type Held = { readonly fact: CertificateFact; readonly notBefore: Micros; readonly notAfter: Micros; readonly input: number };
type Due = Held & { readonly time: Micros };

function findingsOf(coverage: Coverage, inputs: readonly InputStatus[]): readonly Raised[] {
  const lastSeen = inputs.reduce<Micros | null>((latest, { last }) => (last !== null && (latest === null || last > latest) ? last : latest), null);
  const worst = new Map<string, Due>();
  const raised: Raised[] = [];
  for (const [input, held] of byInput(coverage)) {
    const read = coverage.readAt?.(input) ?? null;
    const time = read ?? lastSeen;
    if (read === null && time !== null && isOld(held, time)) {
      raised.push(ofOld(held, coverage.inputName(input), time));
      continue;
    }
    for (const one of held) {
      const known = worst.get(keyOf(one));
      if (isDue(one, time) && (known === undefined || known.notAfter > one.notAfter)) worst.set(keyOf(one), { ...one, time: time ?? one.notAfter });
    }
  }
  if (worst.size === 0) return raised;
  const holders = holdersOf(coverage);
  return [...raised, ...[...worst].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => ofDue(one, holders, coverage))];
}

/** All trust the same root: it is one. */
const keyOf = ({ fact: { role, identity, serial } }: Held): string => (role === 'leaf' ? identity : `root ${serial}`);

function byInput({ configuration }: Coverage): ReadonlyMap<number, readonly Held[]> {
  const inputs = new Map<number, Held[]>();
  for (const { fact, origin } of configuration?.certificates ?? []) {
    const { notBefore, notAfter } = fact;
    if (notBefore === null || notAfter === null || notAfter <= notBefore) continue;
    const held = { fact, notBefore, notAfter, input: origin.input };
    const others = inputs.get(origin.input);
    if (others === undefined) inputs.set(origin.input, [held]);
    else others.push(held);
  }
  return inputs;
}

/** istioctl's own word (VALID CERT) is of the moment at which it asked. One that is not valid yet is none that ends; `time` null: nothing says when. */
const isDue = ({ fact, notBefore, notAfter }: Held, time: Micros | null): boolean =>
  fact.valid === false || (time !== null && time >= notBefore && (notAfter - time) / (notAfter - notBefore) < SHARE_LEFT);

function isOld(held: readonly Held[], time: Micros): boolean {
  const leaves = held.filter(({ fact }) => fact.role === 'leaf');
  return leaves.length > 0 && leaves.every(({ fact, notAfter }) => fact.valid !== false && notAfter < time);
}

function ofOld(held: readonly Held[], input: string, time: Micros): Raised {
  const ends = held.flatMap(({ fact, notAfter }) => (fact.role === 'leaf' ? [notAfter] : []));
  const last = ends.reduce((latest, end) => (end > latest ? end : latest));
  return {
    subject: { input },
    severity: 'note',
    message: `${input}: all its certificates had ended by ${formatTime(last)}, before the last record (${formatTime(time)}): it is older than the traffic, or nothing renews them; read it again.`,
    evidence: [],
  };
}

function ofDue({ fact, notAfter, notBefore, input, time }: Due, holders: Holders, { inputName }: Coverage): Raised {
  const { identity, role, record } = fact;
  const hasEnded = fact.valid === false || notAfter <= time;
  const share = Math.max(0, Math.floor(((notAfter - time) / (notAfter - notBefore)) * 100));
  const what = role === 'leaf' ? `${identity}: its certificate` : `${inputName(input)}: the root certificate that is trusted`;
  const state = hasEnded ? `has ended (${formatTime(notAfter)})` : `ends at ${formatTime(notAfter)}, with ${share} % of its life left`;
  const advice =
    role === 'leaf'
      ? 'see why it was not renewed: in the log of its ztunnel and of istiod, and whether they reach each other'
      : 'renew the root, and have both trusted for a while';
  return {
    subject: role === 'leaf' ? subjectOf(identity, holders) : { input: inputName(input) },
    ...(hasEnded ? { severity: 'error' as const } : {}),
    message: `${what} ${state}; ${advice}.`,
    evidence: [{ witness: 'config', input: inputName(input), record, says: `not after ${formatTime(notAfter)}` }],
  };
}

/** Identity → its workload; null where several have it. */
type Holders = ReadonlyMap<string, string | null>;

function holdersOf({ configuration }: Coverage): Holders {
  const holders = new Map<string, string | null>();
  for (const { identity, workload } of configuration?.pods() ?? []) {
    if (identity !== null) holders.set(identity, (holders.get(identity) ?? workload) === workload ? workload : null);
  }
  return holders;
}

/** The workload that has the identity; the service account's name where several have, or none is known. */
function subjectOf(identity: string, holders: Holders): Subject {
  return { workload: holders.get(identity) ?? identityAccount(identity) ?? identity, namespace: identityNamespace(identity), ip: null };
}
